import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { VirtualClock } from './virtual-clock.ts';

it('wakes sleepers in the order of their time, then of their asking', async () => {
  const clock = new VirtualClock({ startMs: 1000 });
  const woken: string[] = [];
  const sleeper = async (name: string, ms: number): Promise<void> => {
    await clock.sleep(ms);
    woken.push(`${name} at ${clock.nowMs()}`);
  };
  const all = [sleeper('c', 30), sleeper('a', 10), sleeper('b', 10)];
  await clock.advance(10);
  expect(woken).toEqual(['a at 1010', 'b at 1010']);
  await clock.advance(100);
  await Promise.all(all);
  expect(woken).toEqual(['a at 1010', 'b at 1010', 'c at 1030']);
  expect(clock.nowMs()).toBe(1110);
});

it('lets what a woken sleeper does in turn happen before time goes on', async () => {
  const clock = new VirtualClock({ startMs: 0 });
  const seen: number[] = [];
  const chain = (async () => {
    for (let step = 0; step < 3; step += 1) {
      await clock.sleep(10);
      await readFile(import.meta.filename);
      seen.push(clock.nowMs());
    }
  })();
  await clock.advance(30);
  await chain;
  expect(seen).toEqual([10, 20, 30]);
});

it('ends a sleep with the reason of the signal', async () => {
  const clock = new VirtualClock();
  const ending = new AbortController();
  const sleeping = clock.sleep(1000, ending.signal);
  const reason = new Error('enough');
  ending.abort(reason);
  await expect(sleeping).rejects.toBe(reason);
  await expect(clock.sleep(1, ending.signal)).rejects.toBe(reason);
  expect(clock.sleeperCount).toBe(0);
});

it('jumps by itself while nobody works, and stands still while a file is read', async () => {
  const clock = new VirtualClock({ mode: 'auto', startMs: 0 });
  let read = false;
  const reading = readFile(import.meta.filename).then(() => {
    read = true;
  });
  await clock.sleep(3_600_000);
  expect(read).toBe(true);
  expect(clock.nowMs()).toBe(3_600_000);
  await reading;
});
