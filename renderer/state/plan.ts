// The backup that is being put together: which VMs, how. What it would do is the backend's word (`runs.preview`), asked
// again whenever the choice changes.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppErrorData } from '../../shared/errors/app-error.ts';
import type { ConsoleApi } from '../../shared/ipc/contract.ts';
import type { BackupPreviewView } from '../../shared/ipc/views.ts';
import type { RunId, VmId } from '../../shared/model/ids.ts';
import type { BackupMode } from '../../shared/model/restore-point.ts';
import type { Consistency } from '../../shared/model/site.ts';

export interface PlanState {
  readonly chosen: ReadonlySet<VmId>;
  readonly mode: BackupMode;
  readonly consistency: Consistency;
  readonly preview?: BackupPreviewView;
  readonly isStarting: boolean;
  readonly error?: AppErrorData;
}

export type PlanStore = StoreApi<PlanState>;

export interface PlanActions {
  choose(chosen: ReadonlySet<VmId>): void;
  setMode(mode: BackupMode): void;
  setConsistency(consistency: Consistency): void;
  /** Asks again what would happen: also when something else has changed, for example the repository. */
  refresh(): Promise<void>;
  /** Undefined when it was refused; `error` then says why. */
  start(): Promise<RunId | undefined>;
}

export function createPlan(api: ConsoleApi): { readonly store: PlanStore; readonly actions: PlanActions } {
  const store = createStore<PlanState>(() => ({
    chosen: new Set(),
    mode: 'on-host',
    consistency: 'application',
    isStarting: false,
  }));
  let latest = 0;

  const refresh = async (): Promise<void> => {
    const mine = (latest += 1);
    const { chosen, mode, consistency } = store.getState();
    const result = await api.runs.preview({ vmIds: [...chosen], mode, consistency });
    if (mine !== latest) return;
    if (result.ok) store.setState(({ error: _error, ...state }) => ({ ...state, preview: result.value }), true);
    else store.setState({ error: result.error });
  };
  const change = (part: Partial<PlanState>): void => {
    store.setState(part);
    void refresh();
  };

  const start = async (): Promise<RunId | undefined> => {
    const { chosen, mode, consistency, isStarting } = store.getState();
    if (isStarting) return undefined;
    store.setState({ isStarting: true });
    const result = await api.runs.start({ vmIds: [...chosen], mode, consistency });
    if (!result.ok) {
      store.setState({ isStarting: false, error: result.error });
      return undefined;
    }
    store.setState({ mode, consistency, chosen: new Set(), isStarting: false }, true);
    void refresh();
    return result.value.runId;
  };

  return {
    store,
    actions: {
      choose: (chosen) => change({ chosen }),
      setMode: (mode) => change({ mode }),
      setConsistency: (consistency) => change({ consistency }),
      refresh,
      start,
    },
  };
}
