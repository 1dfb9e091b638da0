import { rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runJudge, requireJudges } from '../../testing/judges.ts';
import { tempDir } from '../../testing/temp-dir.ts';
import type { CheckpointId } from '../../shared/model/ids.ts';
import { systemClock } from '../platform/system-clock.ts';
import { createLab, openLab, VirtualClock, type Lab } from './index.ts';
import {
  differingFrozenDisks,
  differingLiveDisks,
  findVm,
  refOf,
  untilMerged,
  type LabBench,
} from './testing/lab-driver.ts';
import { killDuring } from './testing/kill-during.ts';
import { smallScenario } from './testing/small-scenario.ts';

const oneVm = { ...smallScenario, vms: smallScenario.vms.slice(0, 1) };

async function rawSha256(vhdx: string, raw: string): Promise<string> {
  expect(await runJudge('qemu-img', ['convert', '-f', 'vhdx', '-O', 'raw', vhdx, raw])).toMatchObject({ exitCode: 0 });
  const hash = createHash('sha256');
  for await (const piece of createReadStream(raw)) hash.update(piece as Uint8Array);
  await rm(raw);
  return hash.digest('hex');
}

/** Everything is merged, qemu finds the disks clean, and their content is what the model says. */
async function expectWhole(bench: LabBench): Promise<void> {
  const { lab, folder } = bench;
  const vm = await refOf(lab, 'SQL01');
  for (const { id } of (await lab.port.readVm(vm)).vm.checkpoints) {
    expect(await differingFrozenDisks(lab, vm, id)).toEqual([]);
    await lab.operations.removeCheckpoint(vm.vmId, id);
  }
  await untilMerged(bench, vm);
  expect(await differingLiveDisks(lab, vm)).toEqual([]);
  for (const drive of (await findVm(lab, 'SQL01')).drives) {
    const file = lab.localPath(vm.hostId, drive.path);
    expect(file).toMatch(/-(system|data)\.vhdx$/);
    expect(await runJudge('qemu-img', ['check', '-f', 'vhdx', file])).toMatchObject({ exitCode: 0 });
    expect(await rawSha256(file, join(folder, 'judge.raw'))).toBe(await lab.truth.liveSha256(vm.vmId, drive.slot));
  }
}

describe('kill -9', () => {
  it('at random moments of checkpoint and merge loses nothing', async (context) => {
    requireJudges(context, 'qemu-img');
    const folder = tempDir('lab-kill');
    await (await createLab({ folder, scenario: oneVm, clock: systemClock })).close();
    const moments = fc.sample(
      fc.record({
        word: fc.constantFrom('checkpoint', 'merge'),
        count: fc.integer({ min: 1, max: 2 }),
        afterMs: fc.integer({ min: 0, max: 320 }),
      }),
      { numRuns: 12, seed: 20_260_105 },
    );
    for (const { word, count, afterMs } of moments) {
      await killDuring('busy-lab-process.ts', folder, { word, count, afterMs });
      const clock = new VirtualClock({ mode: 'auto' });
      const lab = await openLab({ folder, clock });
      try {
        await expectWhole({ lab, clock, folder });
      } finally {
        await lab.close();
      }
    }
  }, 180_000);
});

describe('two openers', () => {
  it('are refused with the other process named, and a dead one is not in the way', async () => {
    const folder = tempDir('lab-lock');
    const clock = new VirtualClock({ mode: 'auto' });
    const lab = await createLab({ folder, scenario: oneVm, clock });
    await expect(openLab({ folder, clock })).rejects.toMatchObject({
      code: 'lab.in-use',
      params: { pid: process.pid },
    });
    await expect(createLab({ folder, scenario: oneVm, clock })).rejects.toMatchObject({ code: 'lab.exists' });
    await lab.close();
    await killDuring('busy-lab-process.ts', folder, { word: 'open', count: 1, afterMs: 0 });
    const again = await openLab({ folder, clock });
    expect((await again.status()).vms.map((vm) => vm.name)).toEqual(['SQL01']);
    await again.close();
    await expect(openLab({ folder: join(folder, 'none'), clock })).rejects.toMatchObject({ code: 'lab.not-found' });
  });
});

type Step = 'write' | 'checkpoint' | 'user checkpoint' | 'remove first' | 'remove last' | 'restart';

/** One lab through a sequence of steps. */
class Walk {
  readonly #folder: string;
  readonly #clock = new VirtualClock({ mode: 'auto' });
  #lab: Lab;

  constructor(folder: string, lab: Lab) {
    this.#folder = folder;
    this.#lab = lab;
  }

  static async begin(seed: number): Promise<Walk> {
    const folder = tempDir('lab-walk');
    const lab = await createLab({ folder, scenario: oneVm, seed, clock: new VirtualClock({ mode: 'auto' }) });
    await lab.close();
    const walk = new Walk(folder, lab);
    await walk.#open();
    return walk;
  }

  async take(step: Step): Promise<void> {
    const { vmId } = await refOf(this.#lab, 'SQL01');
    const ids = await this.#checkpointIds();
    if (step === 'restart') {
      await this.#lab.close();
      await this.#open();
    } else if (step === 'write') await this.#clock.sleep(400);
    else if (step === 'checkpoint' || step === 'user checkpoint') {
      const make = step === 'checkpoint' ? 'createForeignCheckpoint' : 'createUserCheckpoint';
      if (ids.length < 4) await this.#lab.operations[make](vmId, step);
    } else {
      const id = step === 'remove first' ? ids[0] : ids.at(-1);
      if (id !== undefined) await this.#lab.operations.removeCheckpoint(vmId, id);
    }
  }

  async expectTrue(): Promise<void> {
    const bench = { lab: this.#lab, clock: this.#clock, folder: this.#folder };
    const vm = await refOf(this.#lab, 'SQL01');
    await this.#lab.stopGuests();
    for (const id of await this.#checkpointIds()) expect(await differingFrozenDisks(this.#lab, vm, id)).toEqual([]);
    expect(await differingLiveDisks(this.#lab, vm)).toEqual([]);
    for (const id of await this.#checkpointIds()) await this.#lab.operations.removeCheckpoint(vm.vmId, id);
    await untilMerged(bench, vm);
    const { drives } = await findVm(this.#lab, 'SQL01');
    expect(drives.map((drive) => drive.chain.length)).toEqual([1, 1]);
    expect(await differingLiveDisks(this.#lab, vm)).toEqual([]);
    await this.#lab.close();
  }

  async #open(): Promise<void> {
    this.#lab = await openLab({ folder: this.#folder, clock: this.#clock });
    this.#lab.startGuests();
  }

  async #checkpointIds(): Promise<readonly CheckpointId[]> {
    return (await findVm(this.#lab, 'SQL01')).checkpoints.map(({ id }) => id);
  }
}

describe('any sequence of writes, checkpoints, removals and restarts', () => {
  it('leaves every checkpoint and the live disks as the model says', async () => {
    const step = fc.constantFrom<Step>(
      'write',
      'checkpoint',
      'user checkpoint',
      'remove first',
      'remove last',
      'restart',
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(1000), fc.array(step, { minLength: 3, maxLength: 14 }), async (seed, steps) => {
        const walk = await Walk.begin(seed);
        for (const next of steps) await walk.take(next);
        await walk.expectTrue();
      }),
      { numRuns: 9, seed: 7 },
    );
  }, 180_000);
});
