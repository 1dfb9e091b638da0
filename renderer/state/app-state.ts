// Everything the screens read and call, made once per window.
import { activeWork } from '../../shared/ipc/active-work.ts';
import type { ConsoleApi } from '../../shared/ipc/contract.ts';
import type { Backend } from '../api/backend.ts';
import { followBackend } from './follow-backend.ts';
import { createHistory } from './history.ts';
import type { Gather } from './in-batches.ts';
import { createMirror, type Mirror } from './mirror.ts';
import { createOperations } from './operations.ts';
import { createPlan } from './plan.ts';
import { createRestorePoints } from './restore-points.ts';
import { createRoute, type AddressBar } from './route.ts';
import { createSite } from './site.ts';

export interface AppState {
  readonly api: ConsoleApi;
  readonly mirror: ReturnType<typeof createMirror>;
  readonly route: ReturnType<typeof createRoute>;
  readonly site: ReturnType<typeof createSite>;
  readonly plan: ReturnType<typeof createPlan>;
  readonly restorePoints: ReturnType<typeof createRestorePoints>;
  readonly history: ReturnType<typeof createHistory>;
  readonly operations: ReturnType<typeof createOperations>;
}

/** Connects, and fetches anew what the screens show whenever the backend was away or says that it has changed. */
export function createAppState(backend: Backend, address: AddressBar, gather?: Gather): AppState {
  const { api } = backend;
  const mirror = createMirror();
  const follower = followBackend(api, mirror, gather);
  const state: AppState = {
    api,
    mirror,
    route: createRoute(address),
    site: createSite(api),
    plan: createPlan(api),
    restorePoints: createRestorePoints(api),
    history: createHistory(api, mirror),
    operations: createOperations(api),
  };
  mirror.subscribe((now, before) => {
    if (now.epoch !== before.epoch) {
      void state.site.actions.load({ refresh: false });
      void state.history.actions.load();
      void state.plan.actions.refresh();
    }
    const isOther = now.snapshot?.repository.location !== before.snapshot?.repository.location;
    if (isOther) state.restorePoints.actions.clear();
    const hasChanged = now.snapshot?.repository !== before.snapshot?.repository && now.epoch === before.epoch;
    if (hasChanged || now.restorePointsRevision !== before.restorePointsRevision) reloadRestorePoints(state);
    // A VM of a run that goes on is refused, and afterwards it is not: in whichever window the run was begun.
    if (hasChanged || (now.epoch === before.epoch && activeRunIds(now) !== activeRunIds(before)))
      void state.plan.actions.refresh();
  });
  state.site.store.subscribe((now, before) => {
    if (before.readiness !== undefined && now.readiness !== before.readiness) void state.plan.actions.refresh();
  });
  backend.connect((connection) => follower.onConnection(connection));
  return state;
}

function activeRunIds({ runs }: Mirror): string {
  return activeWork({ runs: [...runs.values()], operations: [] })
    .runs.map((run) => run.runId)
    .join();
}

function reloadRestorePoints({ mirror, restorePoints }: AppState): void {
  const repository = mirror.getState().snapshot?.repository;
  if (repository?.location !== undefined && repository.hasPassword) void restorePoints.actions.load();
}
