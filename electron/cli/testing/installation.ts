// An installation for integration tests: a lab and a repository in one temporary folder, made by the command line.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { AppErrorData } from '../../../shared/errors/app-error.ts';
import type { RunState } from '../../../shared/events/run-state.ts';
import type { LabStatusView, LeftoverView } from '../../../shared/ipc/views.ts';
import { runJudge } from '../../../testing/judges.ts';
import { jsonOf, runStillpoint, type ProcessResult } from './stillpoint-process.ts';

export interface Installation {
  readonly dir: string;
  readonly repository: string;
  readonly passwordFile: string;
  run(...args: readonly string[]): Promise<ProcessResult>;
  lab(): Promise<LabStatusView>;
  /** Newest first. */
  runs(): Promise<readonly RunState[]>;
  leftovers(): Promise<readonly LeftoverView[]>;
  /** Every .avhdx file of the lab. */
  avhdxFiles(): readonly string[];
  /** What stock restic says to `args` on the repository. */
  restic(...args: readonly string[]): ReturnType<typeof runJudge>;
}

/** Made once for a file of tests, removed after it. */
export function useInstallation(label: string): Installation {
  const dir = mkdtempSync(join(tmpdir(), `stillpoint-${label}-`));
  const installation = installationIn(dir);
  beforeAll(async () => {
    const created = await installation.run('lab', 'create');
    const initialised = await installation.run('repository', 'init', '--new-password-file', installation.passwordFile);
    const failed = [created, initialised].find((result) => result.exitCode !== 0);
    if (failed !== undefined) throw new Error(failed.said.join('\n'));
  }, 120_000);
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  return installation;
}

export function installationIn(dir: string): Installation {
  const repository = join(dir, 'repository');
  const passwordFile = join(dir, 'pw.txt');
  const at = ['--dir', dir];
  return {
    dir,
    repository,
    passwordFile,
    run: (...args) => runStillpoint([...args, ...at]),
    lab: async () => (await jsonOf<{ lab: LabStatusView }>(['lab', 'status', ...at])).lab,
    runs: async () => (await jsonOf<{ runs: readonly RunState[] }>(['runs', 'list', ...at])).runs,
    leftovers: async () =>
      (await jsonOf<{ leftovers: readonly LeftoverView[] }>(['leftovers', 'list', ...at])).leftovers,
    avhdxFiles: () =>
      readdirSync(join(dir, 'lab'), { recursive: true, encoding: 'utf8' }).filter((name) => /\.avhdx$/i.test(name)),
    restic: (...args) => runJudge('restic', ['-r', repository, '--password-file', passwordFile, '--no-cache', ...args]),
  };
}

export function errorOf({ stdout }: ProcessResult): AppErrorData {
  const parsed = JSON.parse(stdout) as { readonly ok: boolean; readonly error: AppErrorData };
  return parsed.error;
}
