// Everything the screens read and call, made once per window.
import type { ConsoleApi } from '../../shared/ipc/contract.ts';
import type { Backend } from '../api/backend.ts';
import { followBackend } from './follow-backend.ts';
import { createHistory } from './history.ts';
import type { Gather } from './in-batches.ts';
import { createMirror } from './mirror.ts';
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
  };
  mirror.subscribe((now, before) => {
    if (now.epoch !== before.epoch) {
      void state.site.actions.load({ refresh: false });
      void state.history.actions.load();
      void state.plan.actions.refresh();
    }
    if (now.restorePointsRevision !== before.restorePointsRevision) reloadRestorePoints(state);
    if (now.snapshot?.repository !== before.snapshot?.repository && now.epoch === before.epoch) {
      void state.plan.actions.refresh();
      reloadRestorePoints(state);
    }
  });
  backend.connect((connection) => follower.onConnection(connection));
  return state;
}

function reloadRestorePoints({ mirror, restorePoints }: AppState): void {
  const repository = mirror.getState().snapshot?.repository;
  if (repository?.location !== undefined && repository.hasPassword) void restorePoints.actions.load();
}
