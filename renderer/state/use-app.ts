// How components reach the state: one context, one hook per store.
import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { AppState } from './app-state.ts';
import type { Mirror } from './mirror.ts';

export const AppContext = createContext<AppState | undefined>(undefined);

export function useApp(): AppState {
  const app = use(AppContext);
  if (app === undefined) throw new Error('a component stands outside of the window');
  return app;
}

/** `select` returns something that stays the same while nothing changed. */
export function useMirror<T>(select: (mirror: Mirror) => T): T {
  return useStore(useApp().mirror, select);
}

/** False while the backend does not answer: nothing can be asked for. */
export function useIsConnected(): boolean {
  return useMirror((mirror) => mirror.connection.state === 'open');
}
