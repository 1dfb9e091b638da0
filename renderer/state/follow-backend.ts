// Keeps the mirror equal to the backend: listens first, asks for a snapshot, applies what came in the meantime. A gap in
// the numbers, or a backend that was away, means a new snapshot. So a reload or a second window is whole at once.
import type { AppErrorData } from '../../shared/errors/app-error.ts';
import type { ConsoleApi } from '../../shared/ipc/contract.ts';
import type { AppEvent } from '../../shared/ipc/views.ts';
import type { RunId } from '../../shared/model/ids.ts';
import { oneByOne, type Gather } from './in-batches.ts';
import { withChange, withSnapshot, type Connection, type MirrorStore } from './mirror.ts';

/** The version of the contract this page was built for. */
export const pageContractVersion = 2;

export interface BackendFollower {
  /** Called by whoever carries the contract. */
  onConnection(connection: Connection): void;
  stop(): void;
}

/** @param gather which events are applied together: every change of the mirror draws the screen anew */
export function followBackend(api: ConsoleApi, mirror: MirrorStore, gather: Gather = oneByOne): BackendFollower {
  /** Events that came while a snapshot was on its way; undefined while none is. */
  let waiting: AppEvent[] | undefined;
  let isStopped = false;
  const hasStopped = (): boolean => isStopped;

  const takeSnapshot = async (): Promise<void> => {
    if (waiting !== undefined || hasStopped()) return;
    waiting = [];
    const result = await api.app.snapshot(undefined);
    const buffered: readonly AppEvent[] = waiting;
    waiting = undefined;
    if (hasStopped()) return;
    if (!result.ok) {
      // A lost connection comes back by itself and asks again; anything else will not get better by asking.
      if (result.error.code !== 'contract.connection-lost') mirror.setState({ fatal: result.error });
      return;
    }
    if (result.value.contractVersion !== pageContractVersion) {
      mirror.setState({ fatal: versionMismatch(result.value.contractVersion) });
      return;
    }
    mirror.setState((state) => withSnapshot(state, result.value), true);
    apply(buffered);
  };

  const apply = (events: readonly AppEvent[]): void => {
    const before = mirror.getState();
    let now = before;
    const missingRuns = new Set<RunId>();
    for (const event of events) {
      if (waiting !== undefined) waiting.push(event);
      else if (now.snapshot === undefined || event.seq <= now.lastSeq) continue;
      else if (event.seq !== now.lastSeq + 1) void takeSnapshot();
      else {
        const { missing, ...next } = withChange(now, event.seq, event.change);
        now = next;
        if (missing !== undefined) missingRuns.add(missing);
      }
    }
    if (now !== before) mirror.setState(now);
    for (const runId of missingRuns) void fetchRun(runId);
  };

  const fetchRun = async (runId: RunId): Promise<void> => {
    const result = await api.runs.show({ runId });
    if (!result.ok || hasStopped()) return;
    mirror.setState((state) => {
      const known = state.runs.get(runId);
      if (known !== undefined && known.lastSeq >= result.value.lastSeq) return state;
      return { runs: new Map(state.runs).set(runId, result.value) };
    });
  };

  const unsubscribe = api.app.changed(gather(apply));
  return {
    onConnection: (connection) => {
      const before = mirror.getState().connection.state;
      mirror.setState({ connection });
      if (connection.state === 'open' && before !== 'open') void takeSnapshot();
    },
    stop: () => {
      isStopped = true;
      unsubscribe();
    },
  };
}

function versionMismatch(found: number): AppErrorData {
  return {
    code: 'contract.unknown-call',
    category: 'bug',
    params: {},
    title: 'This window belongs to another version of Stillpoint',
    meaning: `It was built for version ${pageContractVersion} of the contract, and the backend speaks version ${found}.`,
    nextStep: 'Close this window, and start Stillpoint again.',
    details: [],
  };
}
