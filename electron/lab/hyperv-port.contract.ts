// What every implementation of HyperVPort must do, as a suite that each of them runs: the lab, and the adapter of a real
// site. It makes and removes checkpoints of one VM and leaves it as it was.
import { describe, expect, it } from 'vitest';
import { isAppError, type AppError } from '../../shared/errors/app-error.ts';
import { toCheckpointId, toHostId, toJobId, toVmId, type CheckpointId } from '../../shared/model/ids.ts';
import type { Consistency } from '../../shared/model/site.ts';
import type { HyperVPort, JobRef, JobStatus, VmRef } from '../engine/ports/hyperv.ts';
import { openDisk } from '../vhdx/index.ts';

export interface ContractSite {
  readonly port: HyperVPort;
  /** A running VM with a guest that can be quiesced, without a recovery checkpoint. */
  readonly vm: VmRef;
  /** Lets time pass between two polls. */
  readonly pause: () => Promise<void>;
}

const unknownId = '00000000-0000-4000-8000-000000000000';
const tag = 'Stillpoint r-20260105-080000-c0ffee';

export function describeHyperVPort(name: string, open: () => Promise<ContractSite>): void {
  describe(`${name} as a Hyper-V site`, () => {
    it('says who owns what, and says it twice alike', async () => {
      const { port, vm } = await open();
      const site = await port.readSite();
      expect(site.hosts.map((host) => host.id)).toContain(vm.hostId);
      expect(await port.findOwner(vm.vmId)).toBe(vm.hostId);
      const inventory = await port.readHost(vm.hostId);
      expect(inventory.host.id).toBe(vm.hostId);
      const listed = inventory.vms.find((candidate) => candidate.id === vm.vmId);
      const { vm: read } = await port.readVm(vm);
      expect(listed?.name).toBe(read.name);
      expect(listed?.drives.map((drive) => [drive.slot, drive.path])).toEqual(
        read.drives.map((drive) => [drive.slot, drive.path]),
      );
      for (const drive of read.drives) expect(drive.chain[0]).toBe(drive.path);
      for (const drive of read.drives)
        expect(inventory.volumes.some((volume) => drive.path.startsWith(volume.path))).toBe(true);
    });

    it('refuses what it does not know, each with its own error', async () => {
      const { port, vm } = await open();
      const ghost = { ...vm, vmId: toVmId(unknownId) };
      await expectError(port.findOwner(ghost.vmId), 'hyperv.vm-not-found');
      await expectError(port.readVm(ghost), 'hyperv.vm-not-found');
      await expectError(port.requestCheckpoint({ ...ghost, tag, consistency: 'application' }), 'hyperv.vm-not-found');
      await expectError(port.readHost(toHostId('no-such-host')), 'hyperv.host-unreachable');
      await expectError(port.readJob({ hostId: vm.hostId, jobId: toJobId(unknownId) }), 'hyperv.job-unknown');
      await expectError(
        port.removeCheckpoint({ ...vm, checkpointId: toCheckpointId(unknownId), expectedTag: tag }),
        'hyperv.checkpoint-not-found',
      );
    });

    it.each(['application', 'crash'] as const)('makes and removes a checkpoint: %s', async (consistency) => {
      const site = await open();
      const { port, vm } = site;
      const before = (await port.readVm(vm)).vm;
      const checkpointId = await make(site, consistency);
      const { vm: redirected, growth } = await port.readVm(vm);
      const made = redirected.checkpoints.find((candidate) => candidate.id === checkpointId);
      expect(made).toMatchObject({ name: tag, kind: 'recovery', consistency });
      expect(made?.quiescing === 'none').toBe(consistency === 'crash');
      const places = (drives: readonly { readonly slot: string; readonly path: string }[]): readonly string[] =>
        drives.map(({ slot, path }) => `${slot} ${path}`);
      expect(places(made?.frozenDrives ?? [])).toEqual(places(before.drives));
      for (const drive of redirected.drives) {
        expect(drive.path.toLowerCase()).toMatch(/\.avhdx$/);
        expect(drive.chain.slice(1)).toEqual(before.drives.find(({ slot }) => slot === drive.slot)?.chain);
      }
      expect(growth.map(({ path }) => path)).toEqual(redirected.drives.map(({ path }) => path));
      expect((await port.readConfiguration(vm, checkpointId)).map((file) => file.name).join()).toMatch(/\.vmcx/i);
      await readFrozen(site, checkpointId);
      await expectError(
        port.removeCheckpoint({ ...vm, checkpointId, expectedTag: 'somebody else' }),
        'hyperv.checkpoint-not-ours',
      );
      expect((await port.readVm(vm)).vm.checkpoints.map(({ id }) => id)).toContain(checkpointId);
      await removeAndConfirm(site, checkpointId);
      const after = (await port.readVm(vm)).vm;
      expect(places(after.drives)).toEqual(places(before.drives));
      expect(after.drives.map(({ chain }) => chain)).toEqual(before.drives.map(({ chain }) => chain));
      await expectError(
        port.removeCheckpoint({ ...vm, checkpointId, expectedTag: tag }),
        'hyperv.checkpoint-not-found',
      );
      await expectError(port.readConfiguration(vm, checkpointId), 'hyperv.checkpoint-not-found');
    });

    it('refuses a second recovery checkpoint and keeps the first', async () => {
      const site = await open();
      const { port, vm } = site;
      const first = await make(site, 'crash');
      const again = await port.requestCheckpoint({ ...vm, tag: `${tag} again`, consistency: 'crash' });
      const status = await untilEnded(site, again);
      expect(status.state).toBe('failed');
      expect(isAppError(status.error, 'hyperv.checkpoint-failed')).toBe(true);
      expect((await port.readVm(vm)).vm.checkpoints.map(({ id }) => id)).toEqual([first]);
      await removeAndConfirm(site, first);
    });
  });
}

async function make(site: ContractSite, consistency: Consistency): Promise<CheckpointId> {
  const { port, vm } = site;
  const status = await untilEnded(site, await port.requestCheckpoint({ ...vm, tag, consistency }));
  if (status.error !== undefined) throw status.error;
  const found = (await port.readVm(vm)).vm.checkpoints.find((candidate) => candidate.name === tag);
  if (found === undefined) throw new Error('the checkpoint is not listed under its tag');
  if (status.checkpointId !== undefined) expect(status.checkpointId).toBe(found.id);
  return found.id;
}

async function untilEnded({ port, pause }: ContractSite, job: JobRef): Promise<JobStatus> {
  for (;;) {
    const status = await port.readJob(job);
    if (status.state !== 'running') return status;
    await pause();
  }
}

async function readFrozen({ port, vm }: ContractSite, checkpointId: CheckpointId): Promise<void> {
  const made = (await port.readVm(vm)).vm.checkpoints.find((candidate) => candidate.id === checkpointId);
  for (const { path } of made?.frozenDrives ?? []) {
    const disk = await openDisk(path, port.hostFiles(vm.hostId));
    const first = new Uint8Array(4096);
    await disk.read(first, 0);
    await disk.assertUnchanged();
    await disk.close();
  }
}

async function removeAndConfirm(site: ContractSite, checkpointId: CheckpointId): Promise<void> {
  const { port, vm, pause } = site;
  const job = await port.removeCheckpoint({ ...vm, checkpointId, expectedTag: tag });
  expect((await port.readVm(vm)).vm.checkpoints.map(({ id }) => id)).not.toContain(checkpointId);
  expect((await untilEnded(site, job)).state).toBe('completed');
  while ((await port.readVm(vm)).vm.activities.length > 0) await pause();
}

async function expectError(promise: Promise<unknown>, code: AppError['code']): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(isAppError(error) ? error.code : error).toBe(code);
}
