// A killed process leaves no set or a whole one, which reads as the checkpoint it was made of.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCheckpointId } from '../../shared/model/ids.ts';
import { tempDir } from '../../testing/temp-dir.ts';
import { systemClock } from '../platform/system-clock.ts';
import { createLab, openLab, VirtualClock, type Lab } from './index.ts';
import { differingLiveDisks, refOf, untilMerged } from './testing/lab-driver.ts';
import { killDuring } from './testing/kill-during.ts';
import { coordinator, differingInSnapshot, dropSet, refOfSet } from './testing/off-host-driver.ts';
import { offHostScenario } from './testing/off-host-scenario.ts';

const oneVm = { ...offHostScenario, vms: offHostScenario.vms.slice(0, 1) };

/** Reads every set that stands, before and after the merges that the new process resumes. Returns how many there were. */
async function expectWhole(lab: Lab, folder: string, clock: VirtualClock): Promise<number> {
  const vm = await refOf(lab, 'SQL01');
  const sets = await lab.port.listVolumeSnapshots(coordinator);
  const frozen = (await lab.port.readVm(vm)).vm.drives.map(({ slot, chain }) => ({ slot, path: chain.at(-1)! }));
  for (const set of sets) {
    expect(set.volumePaths).toHaveLength(2);
    await lab.port.mountVolumeSnapshot(refOfSet(set));
    const id = toCheckpointId(set.tag.slice('Stillpoint '.length));
    expect(await differingInSnapshot(lab, set, id, frozen)).toEqual([]);
  }
  lab.startGuests();
  for (const { id } of (await lab.port.readVm(vm)).vm.checkpoints) await lab.operations.removeCheckpoint(vm.vmId, id);
  await untilMerged({ lab, clock, folder }, vm);
  await lab.stopGuests();
  for (const set of sets) {
    const id = toCheckpointId(set.tag.slice('Stillpoint '.length));
    expect(await differingInSnapshot(lab, set, id, frozen)).toEqual([]);
    await dropSet(lab, set);
  }
  expect(await readdir(join(folder, 'snapshots'))).toEqual([]);
  expect(await differingLiveDisks(lab, vm)).toEqual([]);
  return sets.length;
}

describe('kill -9', () => {
  it('at random moments leaves no set or a whole one', async () => {
    const folder = tempDir('lab-snapshot-kill');
    await (await createLab({ folder, scenario: oneVm, clock: systemClock })).close();
    const moments = fc.sample(
      fc.record({
        word: fc.constantFrom('checkpoint', 'snapshot', 'snapshot', 'merge', 'merge'),
        count: fc.integer({ min: 1, max: 2 }),
        afterMs: fc.integer({ min: 0, max: 300 }),
      }),
      { numRuns: 16, seed: 20_260_105 },
    );
    const found = new Set<number>();
    for (const { word, count, afterMs } of moments) {
      await killDuring('busy-snapshot-process.ts', folder, { word, count, afterMs });
      const clock = new VirtualClock({ mode: 'auto' });
      const lab = await openLab({ folder, clock });
      try {
        found.add(await expectWhole(lab, folder, clock));
      } finally {
        await lab.close();
      }
    }
    // Both were seen: moments that leave none, and moments that leave one.
    expect([...found].sort()).toEqual([0, 1]);
  }, 180_000);
});
