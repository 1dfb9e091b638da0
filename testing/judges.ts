// The independent programs that judge our files. A test that needs one asks for it here, so that a missing judge is
// always a named skip and never a silent pass.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export type Judge = 'qemu-img' | 'qemu-io' | 'restic' | 'vhdiinfo' | 'vhdimount';

/** What vitest's test context offers and we need. */
export interface SkippableContext {
  skip(note?: string): never;
}

export interface JudgeRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface JudgeOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
}

/** Absolute path of the judge, or undefined where it is not installed. */
export function findJudge(judge: Judge): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, judge)).find((path) => existsSync(path));
}

/** Skips the running test, by name, where a judge is missing. */
export function requireJudges(context: SkippableContext, ...judges: readonly Judge[]): void {
  const missing = judges.filter((judge) => findJudge(judge) === undefined);
  if (missing.length > 0) context.skip(`${missing.join(', ')} not installed on this machine`);
}

/** Runs a judge to its end. A non-zero exit code is a result, not an exception. */
export function runJudge(judge: Judge, args: readonly string[], options: JudgeOptions = {}): Promise<JudgeRun> {
  const path = findJudge(judge);
  if (path === undefined) throw new Error(`${judge} is not installed: call requireJudges first`);
  return new Promise((resolve, reject) => {
    const child = execFile(
      path,
      [...args],
      {
        maxBuffer: 64 * 1024 * 1024,
        env: { ...process.env, ...options.env },
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number')
          reject(new Error(`${judge} could not run`, { cause: error }));
        else resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      },
    );
    // A judge may end without reading what it is given; its exit code says what came of it.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.stdin ?? '');
  });
}
