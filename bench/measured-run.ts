// Runs a program to its end and says what it cost, threads and children included: wall clock, processor time of user
// and system, and, where GNU time is installed, the most memory it had.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  /** Absent without GNU time. */
  readonly peakMemoryBytes?: number;
}

export interface MeasuredRun extends Cost {
  readonly stdout: string;
}

const gnuTime = '/usr/bin/time';
/** The shell's own `times` counts what its children used; the fallback where GNU time is not installed. */
const shellTimes = '"$@"; code=$?; times > "$REPORT"; exit $code';

/** Throws, with what the program said, when it fails. */
export function measure(command: readonly string[], env: Readonly<Record<string, string>> = {}): MeasuredRun {
  const report = join(tmpdir(), `stillpoint-bench-${process.pid}.times`);
  const hasGnuTime = existsSync(gnuTime);
  const words = hasGnuTime
    ? [gnuTime, '-o', report, '-f', '%U %S %M', ...command]
    : ['sh', '-c', shellTimes, 'sh', ...command];
  const startedAt = performance.now();
  const result = spawnSync(words[0] ?? '', words.slice(1), {
    encoding: 'utf8',
    env: { ...process.env, ...env, REPORT: report },
    maxBuffer: 64 * 1024 ** 2,
  });
  const wallSeconds = (performance.now() - startedAt) / 1000;
  if (result.status !== 0) throw new Error(`${command.join(' ')} failed: ${result.stderr}${result.stdout}`);
  const text = readFileSync(report, 'utf8');
  rmSync(report);
  return { wallSeconds, stdout: result.stdout, ...(hasGnuTime ? parseGnuTime(text) : parseShellTimes(text)) };
}

function parseGnuTime(text: string): Omit<Cost, 'wallSeconds'> {
  const [user = 0, system = 0, kib = 0] = text.trim().split(' ').map(Number);
  return { cpuSeconds: user + system, peakMemoryBytes: kib * 1024 };
}

/** Two lines of user and system time, `0m1.250s`: of the shell, and of its children. */
function parseShellTimes(text: string): Omit<Cost, 'wallSeconds'> {
  const children = text.trim().split('\n').at(-1) ?? '';
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => Number(m) * 60 + Number(s));
  return { cpuSeconds: seconds.reduce((sum, value) => sum + value, 0) };
}
