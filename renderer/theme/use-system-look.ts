// Follows what the system wishes, while it changes.
import { useSyncExternalStore } from 'react';
import type { SystemLook } from './themes.ts';

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const forced = window.matchMedia('(forced-colors: active)');

export function useSystemLook(): SystemLook {
  const isDark = useSyncExternalStore(listenTo(dark), () => dark.matches);
  const hasForcedColors = useSyncExternalStore(listenTo(forced), () => forced.matches);
  return { isDark, hasForcedColors };
}

function listenTo(query: MediaQueryList): (listener: () => void) => () => void {
  return (listener) => {
    query.addEventListener('change', listener);
    return () => query.removeEventListener('change', listener);
  };
}
