// What an installation remembers between two starts. Read back it is input like any other: checked by a schema.
import { z } from 'zod';
import { AppError } from '../../shared/errors/app-error.ts';
import { readFileIfThere, writeFileAtomic } from './atomic-file.ts';

const settingsSchema = z.object({
  schemaVersion: z.literal(1),
  repository: z
    .object({
      location: z.string().min(1).max(4096),
      /** Path only: a password is never kept here. */
      passwordFile: z.string().min(1).max(4096).optional(),
    })
    .optional(),
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

export async function writeSettings(path: string, settings: Settings): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(settings, undefined, 2)}\n`);
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
