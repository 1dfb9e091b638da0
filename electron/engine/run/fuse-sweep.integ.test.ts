// The promise of the fuse, tried: guests that write at any speed, volumes with any room, time virtual. While a checkpoint
// of ours stands, the free space of its volume never falls under the reserve, and each abort ends merged.
import { expect, test } from 'vitest';
import { createFuseBench, type FuseBench } from '../testing/fuse-bench.ts';

const runs = 200;
const runsPerLab = 20;
const MiB = 1024 ** 2;

/** Mulberry32: the same numbers in every run of this test. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test(`free space never falls under the reserve in ${runs} random runs`, { timeout: 600_000 }, async () => {
  const random = seeded(20_261_124);
  const between = (least: number, most: number): number => least + random() * (most - least);
  const counts = { aborted: 0, refused: 0, committed: 0, abortedRuns: 0, closed: 0 };
  let tightestBytes = Infinity;
  let bench: FuseBench | undefined;
  for (let at = 0; at < runs; at += 1) {
    const blockSizeBytes = [1, 2, 32][Math.floor(at / runsPerLab) % 3]! * MiB;
    if (at % runsPerLab === 0) {
      await bench?.close();
      const writesPerSecond = between(20, 300);
      bench = await createFuseBench({
        seed: at + 1,
        vmCount: 1 + Math.floor(random() * 3),
        writesPerSecond,
        blockSizeBytes,
      });
      bench.lab.startGuests();
    }
    const { lab } = bench!;
    // Slow when it is looked at first, and then suddenly not: up to a hundred times faster than was ever seen.
    lab.setGuestPace(random() < 0.5 ? 1 : between(0.01, 0.2));
    bench!.readMs = () => between(300, 8000);
    bench!.onRead = () => {
      if (random() < 0.5) lab.setGuestPace(1);
    };
    // Until a disk has been opened once, the fuse reckons with blocks of 32 MiB.
    const isRoomy = blockSizeBytes > 2 * MiB || at % runsPerLab === 0;
    await bench!.makeRoom((isRoomy ? between(4800, 9000) : between(700, 2400)) * MiB);
    const state = await bench!.backup();
    const where = `run ${at}`;
    expect(bench!.leastSpareBytes, `${where}: ${JSON.stringify(state.vms)}`).toBeGreaterThanOrEqual(0);
    expect(state, where).toMatchObject({ status: 'ended', effects: {} });
    expect(await bench!.remains(), where).toEqual([]);
    tightestBytes = Math.min(tightestBytes, bench!.leastSpareBytes);
    const vms = Object.values(state.vms);
    const aborted = vms.filter((vm) => vm.error?.code === 'engine.fuse-blown');
    for (const vm of aborted) {
      expect(vm.outcome, where).toBe('failed');
      expect(vm.checkpoint === undefined || vm.mergeConfirmedAtMs !== undefined, where).toBe(true);
    }
    counts.aborted += aborted.length;
    counts.abortedRuns += aborted.length > 0 ? 1 : 0;
    counts.refused += vms.filter((vm) => vm.error?.code === 'engine.no-room').length;
    counts.closed += vms.filter((vm) => vm.error?.code === 'engine.volume-closed').length;
    counts.committed += vms.filter((vm) => vm.restorePointId !== undefined).length;
    const known = vms.filter((vm) => vm.restorePointId !== undefined || vm.error?.code.startsWith('engine.') === true);
    expect(known.length, `${where}: ${JSON.stringify(vms.map((vm) => vm.error))}`).toBe(vms.length);
  }
  await bench?.close();
  process.stdout.write(
    `fuse sweep, lab: ${runs} runs, ${counts.abortedRuns} of them aborted (${counts.aborted} VMs), ` +
      `${counts.refused} VMs refused for lack of room, ${counts.closed} on a closed volume, ${counts.committed} committed; ` +
      `least room above the reserve ${Math.round(tightestBytes / MiB)} MB\n`,
  );
  expect(counts.abortedRuns).toBeGreaterThan(20);
  expect(counts.refused).toBeGreaterThan(5);
  expect(counts.committed).toBeGreaterThan(40);
});
