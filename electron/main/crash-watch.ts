// What nobody caught: written down, said once, and then an end that leaves no checkpoint behind. Going on would mean
// working with a state nobody knows.
import type { App } from 'electron';
import { describeError, type Log } from './log.ts';

export interface CrashWatchOptions {
  readonly process: Pick<NodeJS.Process, 'on'>;
  readonly app: Pick<App, 'on'>;
  readonly log: Log;
  readonly sayCrashed: (reason: string) => Promise<void>;
  /** Closes the backend, waits for `before` as well, and leaves with the exit code. */
  readonly end: (options: { readonly exitCode: number; readonly before: Promise<unknown> }) => Promise<void>;
}

export function watchForCrashes({ process, app, log, sayCrashed, end }: CrashWatchOptions): void {
  let hasCrashed = false;
  const onUncaught = (kind: string, error: unknown): void => {
    log.line('crash', `${kind}: ${describeError(error)}`);
    if (hasCrashed) return;
    hasCrashed = true;
    // At the same time, not one after the other: the merge does not wait until somebody has read the message.
    const read = sayCrashed(error instanceof Error ? error.message : describeError(error));
    void end({ exitCode: 1, before: read });
  };
  process.on('uncaughtException', (error) => {
    onUncaught('uncaught exception', error);
  });
  process.on('unhandledRejection', (reason) => {
    onUncaught('unhandled rejection', reason);
  });
  app.on('child-process-gone', (_event, { type, reason, exitCode, name }) => {
    log.line('crash', `a process of Chromium is gone: ${name ?? type}, ${reason}, exit code ${exitCode}`);
  });
}
