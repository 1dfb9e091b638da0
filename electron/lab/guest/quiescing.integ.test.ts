import { describe, expect, it } from 'vitest';
import { inspectGuestDatabase } from '../index.ts';
import { checkpoint, openBench, openFrozen, refOf, remove } from '../testing/lab-driver.ts';
import { smallScenario } from '../testing/small-scenario.ts';

describe('the guest database', () => {
  it('is torn by many crash cuts and by no quiesced one', async () => {
    // Little else is written, so that hundreds of checkpoints are a matter of seconds.
    const activity = { fileWritesPerSecond: 4, transactionsPerSecond: 25, quiesceMs: 40 };
    const vmsOfTwoKinds = smallScenario.vms.slice(0, 2).map((vm) => ({ ...vm, activity }));
    const bench = await openBench({ scenario: { ...smallScenario, vms: vmsOfTwoKinds } });
    const { lab } = bench;
    const vms = [await refOf(lab, 'SQL01'), await refOf(lab, 'WEB01')];
    lab.startGuests();
    const torn = { application: 0, crash: 0 };
    let transactionsSeen = 0;
    for (let round = 0; round < 102; round += 1)
      for (const vm of vms) {
        const consistency = round % 10 === 9 ? 'crash' : 'application';
        const id = await checkpoint(bench, vm, consistency);
        const disks = await openFrozen(lab, vm, id);
        const judgement = await inspectGuestDatabase(disks);
        await Promise.all(disks.map((disk) => disk.close()));
        if (judgement.torn) torn[consistency] += 1;
        transactionsSeen = Math.max(transactionsSeen, judgement.transactions);
        await remove(bench, vm, id);
      }
    expect(torn.application).toBe(0);
    expect(torn.crash).toBeGreaterThan(2);
    expect(torn.crash).toBeLessThan(20);
    expect(transactionsSeen).toBeGreaterThan(200);
  }, 180_000);
});
