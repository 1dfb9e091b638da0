// Runs of earlier days, newest first, fetched in pages into the mirror: a run is one thing, wherever it was learnt of.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppErrorData } from '../../shared/errors/app-error.ts';
import type { ConsoleApi } from '../../shared/ipc/contract.ts';
import type { RunState } from '../../shared/events/run-state.ts';
import type { RunId } from '../../shared/model/ids.ts';
import type { MirrorStore } from './mirror.ts';

export interface HistoryState {
  readonly isLoading: boolean;
  /** False: whether there are runs is not known yet. */
  readonly hasLoaded: boolean;
  readonly nextBefore?: RunId;
  readonly problems: readonly AppErrorData[];
  readonly error?: AppErrorData;
}

export interface HistoryActions {
  load(): Promise<void>;
  loadMore(): Promise<void>;
  /** Fetches one that no page has brought yet, for example from a link. Resolves with why there is none. */
  find(runId: RunId): Promise<AppErrorData | undefined>;
}

export type HistoryStore = StoreApi<HistoryState>;

const pageSize = 50;

export function createHistory(
  api: ConsoleApi,
  mirror: MirrorStore,
): { readonly store: HistoryStore; readonly actions: HistoryActions } {
  const store = createStore<HistoryState>(() => ({ isLoading: false, hasLoaded: false, problems: [] }));

  const keep = (runs: readonly RunState[]): void =>
    mirror.setState((state) => {
      const all = new Map(state.runs);
      for (const run of runs) {
        const known = all.get(run.runId);
        if (known === undefined || known.lastSeq < run.lastSeq) all.set(run.runId, run);
      }
      return { runs: all };
    });

  const fetch = async (before: RunId | undefined): Promise<void> => {
    store.setState({ isLoading: true });
    const result = await api.runs.history({ limit: pageSize, ...(before === undefined ? {} : { before }) });
    if (!result.ok) {
      store.setState({ isLoading: false, error: result.error });
      return;
    }
    const { runs, problems, nextBefore } = result.value;
    keep(runs);
    store.setState(
      { isLoading: false, hasLoaded: true, problems, ...(nextBefore === undefined ? {} : { nextBefore }) },
      true,
    );
  };

  return {
    store,
    actions: {
      load: () => fetch(undefined),
      loadMore: () => fetch(store.getState().nextBefore),
      find: async (runId) => {
        const result = await api.runs.show({ runId });
        if (result.ok) keep([result.value]);
        return result.ok ? undefined : result.error;
      },
    },
  };
}
