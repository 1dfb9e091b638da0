// The backup that is being put together: which VMs, how. What it would do is the backend's word (`runs.preview`), asked
// again whenever the choice changes.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppErrorData } from '../../shared/errors/app-error.ts';
import type { ConsoleApi } from '../../shared/ipc/contract.ts';
import type { BackupPreviewView } from '../../shared/ipc/views.ts';
import type { RunId, VmId } from '../../shared/model/ids.ts';
import type { PolicyChoice } from '../../shared/model/run.ts';
import type { BackupMode } from '../../shared/model/restore-point.ts';
import type { Consistency } from '../../shared/model/site.ts';

export interface PlanState {
  readonly chosen: ReadonlySet<VmId>;
  readonly mode: BackupMode;
  readonly consistency: Consistency;
  /** What becomes of a VM whose guest cannot be quiesced. */
  readonly consistencyPolicy: PolicyChoice;
  /** Of the choice as it is now, or, while `isCurrent` is false, of an earlier one: nothing is begun by that. */
  readonly preview?: BackupPreviewView;
  readonly isCurrent: boolean;
  readonly isStarting: boolean;
  /** Why it is not known what would happen. */
  readonly error?: AppErrorData;
  /** Why the last start was refused: stays until the choice is changed or started again. */
  readonly startError?: AppErrorData;
}

export type PlanStore = StoreApi<PlanState>;

export interface PlanActions {
  choose(chosen: ReadonlySet<VmId>): void;
  setMode(mode: BackupMode): void;
  setConsistency(consistency: Consistency): void;
  setConsistencyPolicy(policy: PolicyChoice): void;
  /** Asks again what would happen: also when something else has changed, for example the repository. */
  refresh(): Promise<void>;
  /** Undefined when it was refused, `startError` then says why; and while the preview is not of this choice. */
  start(): Promise<RunId | undefined>;
}

export function createPlan(api: ConsoleApi): { readonly store: PlanStore; readonly actions: PlanActions } {
  const store = createStore<PlanState>(() => ({
    chosen: new Set(),
    mode: 'on-host',
    consistency: 'application',
    consistencyPolicy: 'fail',
    isCurrent: false,
    isStarting: false,
  }));
  let latest = 0;

  const refresh = async (): Promise<void> => {
    const mine = (latest += 1);
    const { chosen, mode, consistency } = store.getState();
    store.setState({ isCurrent: false });
    const result = await api.runs.preview({ vmIds: [...chosen], mode, consistency });
    if (mine !== latest) return;
    if (!result.ok) store.setState({ error: result.error });
    else store.setState(({ error: _error, ...state }) => ({ ...state, preview: result.value, isCurrent: true }), true);
  };
  const change = (part: Partial<PlanState>): void => {
    store.setState(({ startError: _error, ...state }) => ({ ...state, ...part }), true);
    void refresh();
  };

  const start = async (): Promise<RunId | undefined> => {
    const { chosen, mode, consistency, consistencyPolicy, isStarting, isCurrent } = store.getState();
    if (isStarting || !isCurrent) return undefined;
    store.setState(({ startError: _error, ...state }) => ({ ...state, isStarting: true }), true);
    const result = await api.runs.start({
      vmIds: [...chosen],
      mode,
      consistency,
      policy: { consistency: consistencyPolicy },
    });
    if (!result.ok) {
      store.setState({ isStarting: false, startError: result.error });
      return undefined;
    }
    // What was chosen in the meantime stays chosen.
    const left = [...store.getState().chosen].filter((vmId) => !chosen.has(vmId));
    store.setState({ isStarting: false });
    change({ chosen: new Set(left) });
    return result.value.runId;
  };

  return {
    store,
    actions: {
      choose: (chosen) => change({ chosen }),
      setMode: (mode) => change({ mode }),
      setConsistency: (consistency) => change({ consistency }),
      setConsistencyPolicy: (consistencyPolicy) => change({ consistencyPolicy }),
      refresh,
      start,
    },
  };
}
