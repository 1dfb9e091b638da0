// What the tests of volume snapshots do again and again: take a set, mount it, hash what it holds.
import type { CheckpointId, HostId } from '../../../shared/model/ids.ts';
import { toHostId } from '../../../shared/model/ids.ts';
import type { VolumeSnapshotFacts } from '../../../shared/model/off-host.ts';
import type { VmRef } from '../../engine/ports/hyperv.ts';
import type { VolumeSnapshotRequest } from '../../engine/ports/off-host.ts';
import { openDisk } from '../../vhdx/index.ts';
import type { CreateLabOptions, Lab } from '../index.ts';
import { systemProvider } from '../snapshot/volume-providers.ts';
import { openBench, sha256Of, untilJobEnds, type LabBench } from './lab-driver.ts';
import { arrayProvider, offHostScenario, secondVolume } from './off-host-scenario.ts';
import { smallVolume } from './small-scenario.ts';

export const snapshotTag = 'Stillpoint r-20260105-080000-aaaaaa g1';
export const coordinator = toHostId('HV01');
export const proxy01 = toHostId('PROXY01');

export const bothVolumes: VolumeSnapshotRequest = {
  hostId: coordinator,
  volumePaths: [smallVolume, secondVolume],
  providerId: arrayProvider.id,
  variant: 'transportable',
  tag: snapshotTag,
};

export const softwareOnly: VolumeSnapshotRequest = {
  ...bothVolumes,
  providerId: systemProvider.id,
  variant: 'software',
};

export function openOffHostBench(options: Partial<CreateLabOptions> = {}): Promise<LabBench> {
  return openBench({ scenario: offHostScenario, ...options });
}

/** Takes a set and finds it by its tag. Throws the error of its job. */
export async function takeSet(bench: LabBench, request = bothVolumes): Promise<VolumeSnapshotFacts> {
  const job = await bench.lab.port.requestVolumeSnapshot(request);
  const { error } = await untilJobEnds(bench, job);
  if (error !== undefined) throw error;
  const found = (await bench.lab.port.listVolumeSnapshots(request.hostId)).filter(({ tag }) => tag === request.tag);
  const [set] = found;
  if (set === undefined || found.length > 1) throw new Error(`${found.length} sets carry the tag ${request.tag}`);
  return set;
}

export function refOfSet(set: VolumeSnapshotFacts, proxyId: HostId = proxy01) {
  return { hostId: set.hostId, setId: set.setId, expectedTag: set.tag, proxyId };
}

export async function dropSet(lab: Lab, set: VolumeSnapshotFacts): Promise<void> {
  for (const { proxyId } of set.mounts) await lab.port.unmountVolumeSnapshot(refOfSet(set, proxyId));
  await lab.port.unmountVolumeSnapshot(refOfSet(set));
  await lab.port.deleteVolumeSnapshot(refOfSet(set));
}

/** Hash of the virtual disk behind a file of the mounted set, parents and all. */
export async function snapshotDiskSha256(
  lab: Lab,
  set: { readonly hostId: HostId; readonly setId: string },
  path: string,
): Promise<string> {
  const disk = await openDisk(path, lab.port.snapshotFiles({ ...set, proxyId: proxy01 }));
  try {
    return await sha256Of(disk);
  } finally {
    await disk.close();
  }
}

/** Compares the frozen disks of a checkpoint, read out of the set, with the truth. Returns the paths that differ. */
export async function differingInSnapshot(
  lab: Lab,
  set: { readonly hostId: HostId; readonly setId: string },
  checkpointId: CheckpointId,
  frozen: readonly { readonly slot: VmDiskSlot; readonly path: string }[],
): Promise<readonly string[]> {
  const differing: string[] = [];
  for (const { slot, path } of frozen)
    if ((await snapshotDiskSha256(lab, set, path)) !== (await lab.truth.checkpointSha256(checkpointId, slot)))
      differing.push(path);
  return differing;
}

type VmDiskSlot = Parameters<Lab['truth']['checkpointSha256']>[1];

export async function frozenDrives(lab: Lab, vm: VmRef, checkpointId: CheckpointId) {
  const { checkpoints } = (await lab.port.readVm(vm)).vm;
  return checkpoints.find(({ id }) => id === checkpointId)?.frozenDrives ?? [];
}
