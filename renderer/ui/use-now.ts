// The time, once a second, for whoever shows how long something lasts. Nobody asks while nothing is going on.
import { useEffect, useState } from 'react';

const tickMs = 1000;

/** @param isTicking false: stands still */
export function useNow(isTicking: boolean): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    if (!isTicking) return undefined;
    const timer = setInterval(() => setNowMs(Date.now()), tickMs);
    return () => clearInterval(timer);
  }, [isTicking]);
  return nowMs;
}
