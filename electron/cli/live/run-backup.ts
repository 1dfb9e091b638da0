// Starts a backup and stays with it to its end: shows it, and turns Ctrl-C into a cancel that waits for the merge.
import type { RunState } from '../../../shared/events/run-state.ts';
import type { ConsoleApi } from '../../../shared/ipc/contract.ts';
import type { RunId, VmId } from '../../../shared/model/ids.ts';
import type { PolicyChoice } from '../../../shared/model/run.ts';
import type { BackupMode } from '../../../shared/model/restore-point.ts';
import type { Consistency } from '../../../shared/model/site.ts';
import { valueOf } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { LiveRun } from './live-run.ts';

export interface BackupStart {
  readonly vmIds: readonly VmId[];
  readonly mode?: BackupMode | undefined;
  readonly consistency?: Consistency | undefined;
  /** A terminal asks nobody: a run in it fails or falls back. */
  readonly consistencyPolicy?: PolicyChoice | undefined;
}

export async function runBackup(
  api: ConsoleApi,
  terminal: Terminal,
  { vmIds, mode, consistency, consistencyPolicy }: BackupStart,
): Promise<RunState> {
  const live = new LiveRun(terminal);
  const ends = watchEnds(api);
  const unsubscribe = api.app.changed(live.onEvent);
  const started = Promise.withResolvers<RunId>();
  let interrupts = 0;
  const stopListening = terminal.onInterrupt(() => {
    interrupts += 1;
    live.note(interrupts === 1 ? firstInterrupt : laterInterrupt);
    if (interrupts === 1) void started.promise.then((runId) => api.runs.cancel({ runId }));
  });
  try {
    const { runId } = valueOf(
      await api.runs.start({
        vmIds: [...vmIds],
        ...(mode === undefined ? {} : { mode }),
        ...(consistency === undefined ? {} : { consistency }),
        ...(consistencyPolicy === undefined ? {} : { policy: { consistency: consistencyPolicy } }),
      }),
    );
    started.resolve(runId);
    await ends.of(runId);
    return valueOf(await api.runs.show({ runId }));
  } finally {
    stopListening();
    unsubscribe();
    ends.stop();
  }
}

const firstInterrupt =
  'Cancelling: no new work is begun, then every checkpoint of this run is removed and merged. This takes a moment.';
const laterInterrupt =
  'Still merging. Wait for it: a VM whose checkpoint stays behind keeps writing to an AVHDX file that grows. ' +
  'If you must end it now, the next start of Stillpoint finishes the merge.';

interface RunEnds {
  /** Resolves when the run has ended, also when that was before the question. */
  of(runId: RunId): Promise<void>;
  stop(): void;
}

function watchEnds(api: ConsoleApi): RunEnds {
  const ended = new Set<RunId>();
  const waiting = new Map<RunId, () => void>();
  const stop = api.app.changed(({ change }) => {
    if (change.type !== 'run' || change.event.type !== 'run-ended') return;
    ended.add(change.event.runId);
    waiting.get(change.event.runId)?.();
  });
  return {
    of: (runId) =>
      new Promise((resolve) => {
        if (ended.has(runId)) resolve();
        else waiting.set(runId, resolve);
      }),
    stop,
  };
}
