// The `config` file: format version, repository id, chunker polynomial ("restic design.rst", Repository Format).
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from './parse-json.ts';
import { randomIrreduciblePolynomial } from './polynomial.ts';

export const supportedVersion = 2;

export interface RepositoryConfig {
  readonly version: number;
  readonly id: string;
}

const configSchema = z.object({
  version: z.number().int().min(1),
  id: z.string().regex(/^[0-9a-f]{64}$/),
});

export function decodeConfig(bytes: Uint8Array): RepositoryConfig {
  return parseJson(bytes, configSchema);
}

export function newConfig(): { readonly config: RepositoryConfig; readonly json: string } {
  const config = { version: supportedVersion, id: randomBytes(32).toString('hex') };
  const polynomial = randomIrreduciblePolynomial().toString(16);
  return { config, json: JSON.stringify({ ...config, chunker_polynomial: polynomial }) };
}
