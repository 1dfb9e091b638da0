// The restore points of the repository, newest first, fetched in pages.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppErrorData } from '../../shared/errors/app-error.ts';
import type { ConsoleApi } from '../../shared/ipc/contract.ts';
import type { DamagedRestorePointView, RestorePointView } from '../../shared/ipc/views.ts';
import type { RestorePointId } from '../../shared/model/ids.ts';

export interface RestorePointsState {
  readonly isLoading: boolean;
  /** False: whether there are restore points is not known, because nobody has looked or the last look failed. */
  readonly hasLoaded: boolean;
  /** Newest first. */
  readonly restorePoints: readonly RestorePointView[];
  readonly damaged: readonly DamagedRestorePointView[];
  readonly otherSnapshots: number;
  readonly problems: readonly AppErrorData[];
  readonly total: number;
  readonly nextBefore?: RestorePointId;
  readonly error?: AppErrorData;
}

export type RestorePointsStore = StoreApi<RestorePointsState>;

export interface RestorePointsActions {
  /** From the newest on, as many as are shown now and at least one page. */
  load(): Promise<void>;
  loadMore(): Promise<void>;
  /** Another repository has been chosen: what is shown is none of its restore points. */
  clear(): void;
}

const pageSize = 200;
/** The contract gives no more at once. */
const mostAtOnce = 10_000;
const nothing: RestorePointsState = {
  isLoading: false,
  hasLoaded: false,
  restorePoints: [],
  damaged: [],
  otherSnapshots: 0,
  problems: [],
  total: 0,
};

export function createRestorePoints(api: ConsoleApi): {
  readonly store: RestorePointsStore;
  readonly actions: RestorePointsActions;
} {
  const store = createStore<RestorePointsState>(() => nothing);
  let latest = 0;
  let loading: Promise<void> | undefined;
  let isWantedAgain = false;

  const fetch = async (limit: number, before: RestorePointId | undefined): Promise<void> => {
    const mine = (latest += 1);
    store.setState({ isLoading: true });
    const result = await api.restorePoints.list({ limit, ...(before === undefined ? {} : { before }) });
    if (mine !== latest) return;
    if (!result.ok) {
      // While the backend is away, what was last known stays, as on the other screens.
      const kept = result.error.code === 'contract.connection-lost' ? store.getState() : nothing;
      store.setState({ ...kept, isLoading: false, error: result.error }, true);
      return;
    }
    const { restorePoints, damaged, otherSnapshots, problems, total, nextBefore } = result.value;
    const newestFirst = [...restorePoints].reverse();
    const earlier = before === undefined ? [] : store.getState().restorePoints;
    store.setState(
      {
        isLoading: false,
        hasLoaded: true,
        restorePoints: [...earlier, ...newestFirst],
        damaged,
        otherSnapshots,
        problems,
        total,
        ...(nextBefore === undefined ? {} : { nextBefore }),
      },
      true,
    );
  };

  /** A run of many VMs tells of a restore point every moment: one look at a time, and one more when it has ended. */
  const load = async (): Promise<void> => {
    do {
      isWantedAgain = false;
      const shown = store.getState().restorePoints.length;
      await fetch(Math.min(mostAtOnce, Math.max(pageSize, shown)), undefined);
    } while (hasBeenWantedAgain());
  };
  const hasBeenWantedAgain = (): boolean => isWantedAgain;

  return {
    store,
    actions: {
      load: () => {
        isWantedAgain = true;
        return (loading ??= load().finally(() => (loading = undefined)));
      },
      loadMore: () => fetch(pageSize, store.getState().nextBefore),
      clear: () => {
        // An answer that is still on its way is about the repository before.
        latest += 1;
        store.setState(nothing, true);
      },
    },
  };
}
