// Binds the loopback host to this process: its streams, its signals, whoever started it. Sets its exit code.
import { errorLines } from '../../shared/words/error-lines.ts';
import { printable } from '../../shared/words/printable.ts';
import { toAppError } from '../../shared/errors/app-error.ts';
import { parseServeArguments, serveHelp } from './serve-arguments.ts';
import { serve, type ServeProcess, type ServeProgram } from './serve.ts';

/** A window that is closed, or a lost remote session (SIGHUP), must not leave a checkpoint standing. */
const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const thisProcess: ServeProcess = {
  environment: process.env,
  accounts: ownAccounts(process.env['SUDO_UID']),
  out: (line) => void process.stdout.write(`${line}\n`),
  say: (line) => void process.stderr.write(`${printable(line)}\n`),
  nowMs: () => Date.now(),
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
  onInterrupt: (listener) => {
    for (const signal of interrupts) process.on(signal, listener);
  },
  onWindowClosed: (listener) => {
    process.on('message', (message) => {
      if (typeof message === 'object' && message !== null && Reflect.get(message, 'type') === 'window-closed')
        listener();
    });
    // Whoever started us is gone, and will never say it.
    process.on('disconnect', listener);
  },
  onServing: (serving) => void process.send?.({ type: 'serving', ...serving }),
};

/** We; root, who may do everything anyway; and with sudo whoever typed it, whose browser it will be. */
function ownAccounts(sudoUser: string | undefined): readonly number[] {
  const own = process.getuid?.();
  return [0, ...(own === undefined ? [] : [own]), ...(own === 0 && sudoUser !== undefined ? [Number(sudoUser)] : [])];
}

/** Ends the process. */
export async function serveInThisProcess(argv: readonly string[], program: ServeProgram): Promise<never> {
  // What is said may be lost (a terminal that hung up, a log on a full disk); a run goes on and is merged.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  process.exit(await exitCodeOf(argv, program));
}

async function exitCodeOf(argv: readonly string[], program: ServeProgram): Promise<number> {
  try {
    const given = parseServeArguments(argv);
    if (given.isHelp) for (const line of serveHelp) thisProcess.out(line);
    else await serve(given, thisProcess, program);
    return 0;
  } catch (error) {
    const data = toAppError(error).toData();
    // A fault of ours is told with everything that helps to find it.
    for (const line of errorLines(data, data.category === 'bug')) thisProcess.say(line);
    return data.code === 'serve.bad-usage' || data.code === 'lab.fault-unknown' ? 2 : 1;
  }
}
