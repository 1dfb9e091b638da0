// When this installation last read a restore point back in full, and what came of it: one file, by repository and
// restore point. Read back it is input like any other.
import { resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/errors/app-error.ts';
import type { VerificationView } from '../../shared/ipc/views.ts';
import type { RestorePointId } from '../../shared/model/ids.ts';
import { readFileIfThere, writeFileAtomic } from './atomic-file.ts';

/** The oldest give way to newer ones. */
const mostEntries = 10_000;

const id = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();
const entrySchema = z.object({
  /** A record speaks about this repository alone, wherever it lies. */
  repositoryId: id,
  restorePointId: id,
  atMs: count,
  isIntact: z.boolean(),
  damageCount: count,
  checkedBytes: count,
});
const fileSchema = z.object({ schemaVersion: z.literal(1), verifications: z.array(entrySchema).max(mostEntries) });

type Entry = z.infer<typeof entrySchema>;
export type Verifications = ReadonlyMap<RestorePointId, VerificationView>;

export interface VerificationFile {
  /** Of one repository. Errors: `console.verifications-damaged`, `file.not-readable`. */
  read(repositoryId: string): Promise<Verifications>;
  /** Takes the place of what was known of that restore point. Errors: as `read`; `file.not-writable`, `file.disk-full`. */
  record(repositoryId: string, restorePointId: RestorePointId, verification: VerificationView): Promise<void>;
}

/** The last change of each file in this process: the next one begins when it has ended. */
const lastChanges = new Map<string, Promise<unknown>>();

export function verificationFile(path: string): VerificationFile {
  const key = resolve(path);
  return {
    read: async (repositoryId) => {
      const entries = await readEntries(path);
      const ours = entries.filter((entry) => entry.repositoryId === repositoryId);
      return new Map(ours.map((entry) => [entry.restorePointId as RestorePointId, viewOf(entry)]));
    },
    record: (repositoryId, restorePointId, verification) => {
      const entry = { repositoryId, restorePointId, ...viewOf(verification) };
      const recorded = (lastChanges.get(key) ?? Promise.resolve()).then(async () => {
        const others = (await readEntries(path)).filter(
          (other) => other.repositoryId !== repositoryId || other.restorePointId !== restorePointId,
        );
        const verifications = [...others, entry].slice(-mostEntries);
        await writeFileAtomic(path, `${JSON.stringify({ schemaVersion: 1, verifications })}\n`);
      });
      lastChanges.set(
        key,
        recorded.catch(() => undefined),
      );
      return recorded;
    },
  };
}

/** Oldest record first. */
async function readEntries(path: string): Promise<readonly Entry[]> {
  const text = await readFileIfThere(path);
  if (text === undefined) return [];
  const parsed = fileSchema.safeParse(parseJson(path, text));
  if (parsed.success) return parsed.data.verifications;
  const issue = parsed.error.issues[0];
  throw damaged(path, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}`);
}

function viewOf({ atMs, isIntact, damageCount, checkedBytes }: VerificationView): VerificationView {
  return { atMs: Math.floor(atMs), isIntact, damageCount, checkedBytes };
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damaged(path, 'it is not JSON', error);
  }
}

function damaged(path: string, reason: string, cause?: unknown): AppError {
  return new AppError('console.verifications-damaged', { path, reason }, { cause });
}
