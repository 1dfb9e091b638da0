// A workstation that falls asleep in mid-run leaves a checkpoint standing whose AVHDX files grow until it wakes up.
import type { PowerSaveBlocker } from 'electron';
import type { WorkWatch } from './work-watch.ts';

/** The display may go dark. Returns what ends it. */
export function keepAwake(work: WorkWatch, blocker: Pick<PowerSaveBlocker, 'start' | 'stop'>): () => void {
  let id: number | undefined;
  const follow = (isNeeded: boolean): void => {
    if (isNeeded && id === undefined) id = blocker.start('prevent-app-suspension');
    if (!isNeeded && id !== undefined) {
      blocker.stop(id);
      id = undefined;
    }
  };
  const stop = work.onChange(() => {
    follow(work.current.runs.length > 0);
  });
  follow(work.current.runs.length > 0);
  return () => {
    stop();
    follow(false);
  };
}
