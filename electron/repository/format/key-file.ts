// Key files: the master key, sealed with a key that scrypt makes of a password ("restic design.rst", Keys).
import { randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';
import { type RepositoryHost, type ScryptCost } from '../model.ts';
import { FormatError } from './format-error.ts';
import { goTime, parseGoTime } from './go-text.ts';
import { limits } from './limits.ts';
import { parseJson } from './parse-json.ts';
import { open, seal, sealingKeyBytes, type SealingKey } from './sealing.ts';

export interface KeyFile {
  readonly createdAtMs: number;
  readonly username: string;
  readonly hostname: string;
  readonly cost: ScryptCost;
  readonly salt: Uint8Array;
  readonly data: Uint8Array;
}

/** restic's N and r; its p is measured to take half a second, which 5 is on a machine of some years ago. */
export const defaultScryptCost: ScryptCost = { n: 32_768, r: 8, p: 5 };

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);
const keyFileSchema = z.object({
  created: z.string(),
  username: z.string().default(''),
  hostname: z.string().default(''),
  kdf: z.literal('scrypt'),
  N: z.number().int().positive(),
  r: z.number().int().positive(),
  p: z.number().int().positive(),
  salt: base64,
  data: base64,
});
const masterSchema = z.object({ mac: z.object({ k: base64, r: base64 }), encrypt: base64 });

export function decodeKeyFile(bytes: Uint8Array): KeyFile {
  const json = parseJson(bytes, keyFileSchema);
  const cost = { n: json.N, r: json.r, p: json.p };
  checkCost(cost);
  const salt = Buffer.from(json.salt, 'base64');
  const data = Buffer.from(json.data, 'base64');
  return { createdAtMs: parseGoTime(json.created), username: json.username, hostname: json.hostname, cost, salt, data };
}

// SECURITY: a hostile key file must not make us take gigabytes or hours.
function checkCost({ n, r, p }: ScryptCost): void {
  const isPowerOfTwo = n > 1 && n <= 2 ** 30 && (n & (n - 1)) === 0;
  const isBounded = r <= 1024 && p <= 4096 && 128 * n * r <= limits.scryptMemoryBytes && n * r * p <= limits.scryptWork;
  if (!isPowerOfTwo || !isBounded) throw new FormatError('its scrypt parameters are out of bounds');
}

/** The master key, or undefined when the password is not this key's. */
export async function openKeyFile(file: KeyFile, password: string): Promise<SealingKey | undefined> {
  const derived = await deriveKey(password, file.salt, file.cost);
  const plain = tryOpen(derived, file.data);
  if (plain === undefined) return undefined;
  const { mac, encrypt } = parseJson(plain, masterSchema);
  const key = Buffer.concat([encrypt, mac.k, mac.r].map((text) => Buffer.from(text, 'base64')));
  if (key.length !== sealingKeyBytes) throw new FormatError('its master key has the wrong length');
  return key;
}

function tryOpen(key: SealingKey, sealed: Uint8Array): Uint8Array | undefined {
  try {
    return open(key, sealed);
  } catch (error) {
    // A wrong password shows as a wrong MAC, and as nothing else.
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

export async function encodeKeyFile(
  master: SealingKey,
  password: string,
  host: RepositoryHost,
  nowMs: number,
  cost: ScryptCost = defaultScryptCost,
): Promise<Uint8Array> {
  const salt = randomBytes(64);
  const base64Of = (start: number, end: number): string => Buffer.from(master.subarray(start, end)).toString('base64');
  const plain = { mac: { k: base64Of(32, 48), r: base64Of(48, 64) }, encrypt: base64Of(0, 32) };
  const derived = await deriveKey(password, salt, cost);
  const file = {
    created: goTime(nowMs),
    username: host.username,
    hostname: host.hostname,
    kdf: 'scrypt',
    N: cost.n,
    r: cost.r,
    p: cost.p,
    salt: salt.toString('base64'),
    data: Buffer.from(seal(derived, Buffer.from(JSON.stringify(plain)))).toString('base64'),
  };
  return Buffer.from(JSON.stringify(file));
}

function deriveKey(password: string, salt: Uint8Array, { n, r, p }: ScryptCost): Promise<SealingKey> {
  const options = { N: n, r, p, maxmem: limits.scryptMemoryBytes + 128 * r * p + 2 ** 20 };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, sealingKeyBytes, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
