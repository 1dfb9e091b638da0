// The restore points of the repository, newest first, fetched in pages.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppErrorData } from '../../shared/errors/app-error.ts';
import type { ConsoleApi } from '../../shared/ipc/contract.ts';
import type { DamagedRestorePointView, RestorePointView } from '../../shared/ipc/views.ts';
import type { RestorePointId } from '../../shared/model/ids.ts';

export interface RestorePointsState {
  readonly isLoading: boolean;
  readonly hasLoaded: boolean;
  /** Newest first. */
  readonly restorePoints: readonly RestorePointView[];
  readonly damaged: readonly DamagedRestorePointView[];
  readonly otherSnapshots: number;
  readonly total: number;
  readonly nextBefore?: RestorePointId;
  readonly error?: AppErrorData;
}

export type RestorePointsStore = StoreApi<RestorePointsState>;

export interface RestorePointsActions {
  /** From the newest on, as many as are shown now and at least one page. */
  load(): Promise<void>;
  loadMore(): Promise<void>;
}

const pageSize = 200;
const nothing: RestorePointsState = {
  isLoading: false,
  hasLoaded: false,
  restorePoints: [],
  damaged: [],
  otherSnapshots: 0,
  total: 0,
};

export function createRestorePoints(api: ConsoleApi): {
  readonly store: RestorePointsStore;
  readonly actions: RestorePointsActions;
} {
  const store = createStore<RestorePointsState>(() => nothing);
  let latest = 0;

  const fetch = async (limit: number, before: RestorePointId | undefined): Promise<void> => {
    const mine = (latest += 1);
    store.setState({ isLoading: true });
    const result = await api.restorePoints.list({ limit, ...(before === undefined ? {} : { before }) });
    if (mine !== latest) return;
    if (!result.ok) {
      store.setState({ ...nothing, hasLoaded: true, error: result.error }, true);
      return;
    }
    const { restorePoints, damaged, otherSnapshots, total, nextBefore } = result.value;
    const newestFirst = [...restorePoints].reverse();
    const earlier = before === undefined ? [] : store.getState().restorePoints;
    store.setState(
      {
        isLoading: false,
        hasLoaded: true,
        restorePoints: [...earlier, ...newestFirst],
        damaged,
        otherSnapshots,
        total,
        ...(nextBefore === undefined ? {} : { nextBefore }),
      },
      true,
    );
  };

  return {
    store,
    actions: {
      load: () => fetch(Math.max(pageSize, store.getState().restorePoints.length), undefined),
      loadMore: () => fetch(pageSize, store.getState().nextBefore),
    },
  };
}
