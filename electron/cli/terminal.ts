// What the command line needs of the process around it: two streams, signals, the environment, the time. Results go to
// stdout and nothing else does; whatever is said on the way goes to stderr.
import { printable } from '../../shared/words/printable.ts';
import type { Environment } from '../platform/index.ts';

export interface Terminal {
  readonly environment: Environment;
  /** stderr is a screen: lines on it can be redrawn. */
  readonly isScreen: boolean;
  /** Of the screen; 80 where it is not known. */
  columns(): number;
  /** One line of a result. */
  out(line: string): void;
  /** One line of what goes on. */
  say(line: string): void;
  /** As it is, without a newline: for redrawing. Names in it must be `printable`. */
  draw(text: string): void;
  nowMs(): number;
  /** Calls back at Ctrl-C, a request to end, or a terminal that hangs up, in place of ending. Returns what stops it. */
  onInterrupt(listener: () => void): () => void;
}

/** A window that is closed, or a lost remote session (SIGHUP), must not leave a checkpoint standing. */
const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function processTerminal(): Terminal {
  return {
    environment: process.env,
    isScreen: process.stderr.isTTY,
    columns: () => process.stderr.columns || 80,
    out: (line) => void process.stdout.write(`${printable(line)}\n`),
    say: (line) => void process.stderr.write(`${printable(line)}\n`),
    draw: (text) => void process.stderr.write(text),
    nowMs: () => Date.now(),
    onInterrupt: (listener) => {
      for (const signal of interrupts) process.on(signal, listener);
      return () => {
        for (const signal of interrupts) process.off(signal, listener);
      };
    },
  };
}
