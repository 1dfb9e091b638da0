// What an installation remembers between two starts. Read back it is input like any other: checked by a schema.
import { resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/errors/app-error.ts';
import { readFileIfThere, writeFileAtomic } from './atomic-file.ts';

const concurrencySchema = z
  .object({ vmsAtOnce: z.number().int().min(1).max(32), vmsPerHost: z.number().int().min(1).max(8) })
  .refine(({ vmsAtOnce, vmsPerHost }) => vmsPerHost <= vmsAtOnce, 'more VMs on one host than overall');

const settingsSchema = z.object({
  schemaVersion: z.literal(1),
  repository: z
    .object({
      location: z.string().min(1).max(4096),
      /** Path only: a password is never kept here. */
      passwordFile: z.string().min(1).max(4096).optional(),
      /** Where the admin wanted the password to be kept; the password itself is in the password store. */
      keep: z.enum(['session', 'this-computer']).optional(),
    })
    .optional(),
  appearance: z.enum(['system', 'light', 'dark', 'high-contrast']).optional(),
  concurrency: concurrencySchema.optional(),
});

export type Settings = Readonly<z.infer<typeof settingsSchema>>;

/** Errors: `console.settings-damaged`, `file.not-readable`. */
export async function readSettings(path: string): Promise<Settings> {
  const text = await readFileIfThere(path);
  if (text === undefined) return { schemaVersion: 1 };
  const parsed = settingsSchema.safeParse(parseJson(path, text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw damaged(path, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}`);
}

/** The last change of each file in this process: the next one begins when it has ended. */
const lastChanges = new Map<string, Promise<unknown>>();

/**
 * Reads, changes and writes; resolves with what was written. Changes of one file follow one another, so that none is
 * lost. Errors: as `readSettings`; `file.not-writable`, `file.disk-full`.
 */
export function changeSettings(path: string, change: (settings: Settings) => Settings): Promise<Settings> {
  const key = resolve(path);
  const changed = (lastChanges.get(key) ?? Promise.resolve()).then(async () => {
    const settings = change(await readSettings(path));
    await writeFileAtomic(path, `${JSON.stringify(settings, undefined, 2)}\n`);
    return settings;
  });
  lastChanges.set(
    key,
    changed.catch(() => undefined),
  );
  return changed;
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damaged(path, 'it is not JSON', error);
  }
}

function damaged(path: string, reason: string, cause?: unknown): AppError {
  return new AppError('console.settings-damaged', { path, reason }, { cause });
}
