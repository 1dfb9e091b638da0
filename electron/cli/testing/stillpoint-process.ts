// The command line as a real process, for tests: its output, its exit code, and reactions to what it says.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** From source: no build has to be up to date for a test. */
const sourceEntry = join(import.meta.dirname, '..', 'stillpoint.ts');

export interface ProcessResult {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  /** Lines. */
  readonly said: readonly string[];
}

export interface RunningStillpoint {
  readonly pid: number;
  signal(name: NodeJS.Signals): void;
  readonly done: Promise<ProcessResult>;
}

export interface StartOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Another entry than the source, for example a bundle. */
  readonly entry?: string;
  /** Called with every line on stderr, in the moment it arrives. */
  readonly onLine?: (line: string, running: RunningStillpoint) => void;
}

export function startStillpoint(args: readonly string[], options: StartOptions = {}): RunningStillpoint {
  // Nothing of the tester's own settings may decide a test.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('STILLPOINT_'));
  const child = spawn(process.execPath, [options.entry ?? sourceEntry, ...args], {
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line);
    options.onLine?.(line, running);
  });
  const done = once(child, 'close').then((ended): ProcessResult => {
    const [code, signal] = ended as [number | null, string | null];
    return { exitCode: code ?? undefined, signal: signal ?? undefined, stdout, said };
  });
  const running = { pid: child.pid ?? 0, signal: (name: NodeJS.Signals) => void child.kill(name), done };
  return running;
}

export function runStillpoint(args: readonly string[], options: StartOptions = {}): Promise<ProcessResult> {
  return startStillpoint(args, options).done;
}

/** Runs to the end with `--json`, and gives the object it printed. */
export async function jsonOf<T>(args: readonly string[], options: StartOptions = {}): Promise<T> {
  const { stdout, said } = await runStillpoint([...args, '--json'], options);
  try {
    return JSON.parse(stdout) as T;
  } catch (cause) {
    throw new Error(`no JSON from ${args.join(' ')}: ${stdout}\n${said.join('\n')}`, { cause });
  }
}
