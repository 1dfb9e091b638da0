// The one function we use of sodium-native, which comes without types.
declare module 'sodium-native' {
  const sodium: {
    /** Poly1305 of `input` under the 32-byte one-time `key` (r || s) into the 16 bytes of `out`. */
    crypto_onetimeauth(out: Uint8Array, input: Uint8Array, key: Uint8Array): void;
  };
  export = sodium;
}
