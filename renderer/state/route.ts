// Where the window is: one of five screens, and the thing that is looked at there. Kept in the address, so that a reload
// stays where it was and the back button works.
import { createStore, type StoreApi } from 'zustand/vanilla';

export const screens = ['readiness', 'back-up', 'activity', 'restore-points', 'settings'] as const;
export type Screen = (typeof screens)[number];

export interface Route {
  readonly screen: Screen;
  /** A run or a restore point. */
  readonly subject?: string;
}

export type RouteStore = StoreApi<Route>;

export function parseRoute(hash: string): Route {
  const [name = '', subject = ''] = hash.replace(/^#\/?/, '').split('/');
  const screen = screens.find((candidate) => candidate === name) ?? 'readiness';
  return /^[A-Za-z0-9-]{1,128}$/.test(subject) ? { screen, subject } : { screen };
}

export function formatRoute({ screen, subject }: Route): string {
  return subject === undefined ? `#/${screen}` : `#/${screen}/${subject}`;
}

export interface AddressBar {
  readonly hash: () => string;
  readonly go: (hash: string) => void;
  readonly onChange: (listener: () => void) => void;
}

export function createRoute(address: AddressBar): { readonly store: RouteStore; readonly go: (route: Route) => void } {
  const store = createStore<Route>(() => parseRoute(address.hash()));
  address.onChange(() => store.setState(parseRoute(address.hash()), true));
  return {
    store,
    go: (route) => {
      address.go(formatRoute(route));
      store.setState(route, true);
    },
  };
}
