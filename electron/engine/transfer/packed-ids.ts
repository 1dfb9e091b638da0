// A long list of blob ids in one piece of memory: 32 bytes each. As texts, the ids of a large disk would take three
// times as much, in a million objects.
const idBytes = 32;

export class PackedIds {
  #bytes = Buffer.alloc(256 * idBytes);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** @param id 64 hex digits. */
  add(id: string): void {
    if (this.#count * idBytes === this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length * 2);
    this.#bytes.write(id, this.#count * idBytes, idBytes, 'hex');
    this.#count += 1;
  }

  /** The ids one after another, as memory of their own. */
  toBytes(): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(0, this.#count * idBytes));
  }
}

/** The ids as hex text, in order. */
export function* unpackIds(packed: Uint8Array): Generator<string> {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  for (let at = 0; at < bytes.length; at += idBytes) yield bytes.toString('hex', at, at + idBytes);
}
