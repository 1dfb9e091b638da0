// Stock restic on a test repository.
import { runJudge, type JudgeRun } from '../../../testing/judges.ts';
import { password } from './repository-fixture.ts';

/** Runs restic and returns whatever came of it. */
export function tryRestic(folder: string, args: readonly string[], withPassword = password): Promise<JudgeRun> {
  return runJudge('restic', ['--no-cache', '-r', folder, ...args], { env: { RESTIC_PASSWORD: withPassword } });
}

/** Runs restic, which has to succeed, and returns what it printed. */
export async function restic(folder: string, args: readonly string[], withPassword = password): Promise<string> {
  const run = await tryRestic(folder, args, withPassword);
  if (run.exitCode !== 0) throw new Error(`restic ${args.join(' ')}: ${run.stderr}${run.stdout}`);
  return run.stdout;
}
