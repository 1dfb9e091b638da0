// JSON from a repository file: bytes to a checked value, with a reason that names the field when it does not fit.
import { type z } from 'zod';
import { FormatError } from './format-error.ts';

export function parseJson<T>(bytes: Uint8Array, schema: z.ZodType<T>): T {
  const result = schema.safeParse(jsonValue(bytes));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new FormatError(`field ${issue?.path.join('.') ?? '?'}: ${issue?.message ?? 'unexpected value'}`);
}

function jsonValue(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8').decode(bytes));
  } catch (error) {
    throw new FormatError('it is not JSON', { cause: error });
  }
}
