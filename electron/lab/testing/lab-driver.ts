// What the tests of the lab do again and again: open one, wait for a job or a merge, hash a disk.
import { createHash } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { CheckpointId, DiskSlot } from '../../../shared/model/ids.ts';
import type { Consistency, VmFacts } from '../../../shared/model/site.ts';
import { tempDir } from '../../../testing/temp-dir.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { JobRef, JobStatus, VmRef } from '../../engine/ports/hyperv.ts';
import { localFiles, openDisk, type VirtualDisk } from '../../vhdx/index.ts';
import { createLab, VirtualClock, type CreateLabOptions, type Lab } from '../index.ts';
import { smallScenario } from './small-scenario.ts';

export interface LabBench {
  readonly lab: Lab;
  readonly clock: Clock;
  readonly folder: string;
}

/** A small lab on a virtual clock that runs by itself. */
export async function openBench(options: Partial<CreateLabOptions> = {}): Promise<LabBench> {
  const clock = options.clock ?? new VirtualClock({ mode: 'auto' });
  const folder = tempDir('lab');
  const lab = await createLab({ folder, scenario: smallScenario, ...options, clock });
  onTestFinished(() => lab.close());
  return { lab, clock, folder };
}

export async function findVm(lab: Lab, name: string): Promise<VmFacts> {
  for (const host of (await lab.port.readSite()).hosts) {
    const found = (await lab.port.readHost(host.id)).vms.find((vm) => vm.name === name);
    if (found !== undefined) return found;
  }
  throw new Error(`the lab has no VM ${name}`);
}

export async function refOf(lab: Lab, name: string): Promise<VmRef> {
  const vm = await findVm(lab, name);
  return { hostId: vm.hostId, vmId: vm.id };
}

export async function untilJobEnds({ lab, clock }: LabBench, job: JobRef): Promise<JobStatus> {
  for (;;) {
    const status = await lab.port.readJob(job);
    if (status.state !== 'running') return status;
    await clock.sleep(40);
  }
}

export async function checkpoint(
  bench: LabBench,
  vm: VmRef,
  consistency: Consistency = 'application',
  tag = 'Stillpoint r-20260105-080000-aaaaaa',
): Promise<CheckpointId> {
  const status = await untilJobEnds(bench, await bench.lab.port.requestCheckpoint({ ...vm, tag, consistency }));
  if (status.checkpointId === undefined) throw new Error(`no checkpoint: ${status.state}`, { cause: status.error });
  return status.checkpointId;
}

/** Removes it and waits until every drive is back. */
export async function remove(bench: LabBench, vm: VmRef, checkpointId: CheckpointId): Promise<void> {
  const { checkpoints } = (await bench.lab.port.readVm(vm)).vm;
  const expectedTag = checkpoints.find((candidate) => candidate.id === checkpointId)?.name ?? '';
  await bench.lab.port.removeCheckpoint({ ...vm, checkpointId, expectedTag });
  await untilMerged(bench, vm);
}

export async function untilMerged({ lab, clock }: LabBench, vm: VmRef): Promise<void> {
  while ((await lab.port.readVm(vm)).vm.activities.includes('merging-disks')) await clock.sleep(50);
}

export async function sha256Of(disk: VirtualDisk): Promise<string> {
  const hash = createHash('sha256');
  const buffer = new Uint8Array(1024 * 1024);
  for (let offset = 0; offset < disk.sizeBytes; offset += buffer.length) {
    const piece = buffer.subarray(0, Math.min(buffer.length, disk.sizeBytes - offset));
    await disk.read(piece, offset);
    hash.update(piece);
  }
  return hash.digest('hex');
}

/** Hash of a disk file of a host, read as it lies on this machine, whoever has it open. */
export async function diskSha256(lab: Lab, vm: VmRef, hostPath: string): Promise<string> {
  const disk = await openDisk(lab.localPath(vm.hostId, hostPath), localFiles());
  try {
    return await sha256Of(disk);
  } finally {
    await disk.close();
  }
}

/** Compares every live disk with the truth; the guests must stand still. Returns the slots that differ. */
export async function differingLiveDisks(lab: Lab, vm: VmRef): Promise<readonly DiskSlot[]> {
  const differing: DiskSlot[] = [];
  for (const { slot, path } of (await lab.port.readVm(vm)).vm.drives)
    if ((await diskSha256(lab, vm, path)) !== (await lab.truth.liveSha256(vm.vmId, slot))) differing.push(slot);
  return differing;
}

/** Compares every frozen disk of a checkpoint with the truth. Returns the slots that differ. */
export async function differingFrozenDisks(
  lab: Lab,
  vm: VmRef,
  checkpointId: CheckpointId,
): Promise<readonly DiskSlot[]> {
  const { checkpoints } = (await lab.port.readVm(vm)).vm;
  const differing: DiskSlot[] = [];
  for (const { slot, path } of checkpoints.find(({ id }) => id === checkpointId)?.frozenDrives ?? [])
    if ((await diskSha256(lab, vm, path)) !== (await lab.truth.checkpointSha256(checkpointId, slot)))
      differing.push(slot);
  return differing;
}

/** The disks as they were frozen, opened through the host as a backup does. Close them. */
export async function openFrozen(lab: Lab, vm: VmRef, checkpointId: CheckpointId): Promise<readonly VirtualDisk[]> {
  const { checkpoints } = (await lab.port.readVm(vm)).vm;
  const frozen = checkpoints.find(({ id }) => id === checkpointId)?.frozenDrives ?? [];
  return Promise.all(frozen.map(({ path }) => openDisk(path, lab.port.hostFiles(vm.hostId))));
}
