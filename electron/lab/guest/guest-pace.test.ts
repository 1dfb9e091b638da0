// A lab that is left alone: its guests write slowly, and at full speed again at once.
import { expect, it } from 'vitest';
import { openBench } from '../testing/lab-driver.ts';

it('guests write at the pace that is set, and wake up soon when it rises', async () => {
  const { lab, clock } = await openBench();
  const written = async (): Promise<number> => (await lab.status()).vms.reduce((sum, vm) => sum + vm.writtenBytes, 0);
  const over = async (ms: number): Promise<number> => {
    const before = await written();
    await clock.sleep(ms);
    return (await written()) - before;
  };
  lab.startGuests();
  const awake = await over(10_000);
  lab.setGuestPace(1 / 60);
  // What was under way at the old pace ends first.
  await clock.sleep(1000);
  const idle = await over(10_000);
  expect(idle).toBeLessThan(awake / 10);
  lab.setGuestPace(1);
  await clock.sleep(1000);
  expect(await over(10_000)).toBeGreaterThan(awake / 2);
  await lab.stopGuests();
});
