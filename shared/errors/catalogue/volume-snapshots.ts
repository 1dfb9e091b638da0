// What can go wrong with volume snapshots and the proxies that read them, in the admin's words. Numbers: the return
// values of Win32_ShadowCopy.Create (Microsoft's VSS documentation).
import { errorSpec } from '../define-errors.ts';

export interface SnapshotParams extends Readonly<Record<string, string>> {
  readonly snapshot: string;
  readonly host: string;
}

export interface SnapshotVolumeParams extends Readonly<Record<string, string | number>> {
  readonly volume: string;
  readonly host: string;
}

export const volumeSnapshotErrors = {
  'hyperv.snapshot-volume-unknown': errorSpec('user', (p: SnapshotVolumeParams) => ({
    title: `${p.host} has no volume ${p.volume} to snapshot`,
    meaning: 'The volume was not found there (3), or another host coordinates it. Nothing was created.',
    nextStep: 'Read the site again; a cluster shared volume may have moved to another node.',
  })),
  'hyperv.snapshot-unsupported': errorSpec('environment', (p: SnapshotVolumeParams & { reason: string }) => ({
    title: `${p.volume} on ${p.host} cannot be snapshotted this way`,
    meaning: `VSS does not support it (4): ${p.reason}. Nothing was created.`,
    nextStep: `Run \`vssadmin list providers\` on ${p.host}, choose another provider, or back up on-host.`,
  })),
  'hyperv.snapshot-refused': errorSpec('environment', (p: SnapshotVolumeParams & { reason: string }) => ({
    title: `The snapshot of ${p.volume} on ${p.host} was not made`,
    meaning: `The snapshot provider refused: ${p.reason}. Nothing was created.`,
    nextStep: `Look at the VSS events in the Application log on ${p.host} for the time of this run, then try again.`,
  })),
  'hyperv.snapshot-no-space': errorSpec('environment', (p: SnapshotVolumeParams) => ({
    title: `${p.volume} on ${p.host} has no room for a snapshot`,
    meaning: 'Volume snapshots keep what is overwritten on the volume itself, and there is no space for it (6).',
    nextStep: `Free space on ${p.volume}, or give snapshots another volume with \`vssadmin add shadowstorage\`.`,
  })),
  'hyperv.snapshot-limit': errorSpec('environment', (p: SnapshotVolumeParams & { limit: number }) => ({
    title: `${p.volume} on ${p.host} has ${p.limit} snapshots already`,
    meaning: 'That is as many as its provider keeps at once (8). Nothing was created.',
    nextStep: 'Wait until one is deleted, or delete one with the product that made it.',
  })),
  'hyperv.snapshot-busy': errorSpec('transient', (p: { host: string }) => ({
    title: `Another volume snapshot is being made on ${p.host}`,
    meaning: 'VSS makes one at a time (9). Nothing was created.',
    nextStep: 'Try again in a minute. If it stays so, look for another backup product that runs there.',
  })),
  'hyperv.snapshot-not-found': errorSpec('environment', (p: SnapshotParams) => ({
    title: `The volume snapshot ${p.snapshot} is not on ${p.host}`,
    meaning: 'It was deleted, or VSS gave it up because its volume had no room left for it.',
    nextStep: 'Back up again; a new snapshot is made.',
  })),
  'hyperv.snapshot-not-ours': errorSpec('user', (p: SnapshotParams & { tag: string }) => ({
    title: `The volume snapshot ${p.snapshot} on ${p.host} is not this run's`,
    meaning: `It carries "${p.tag}", so it was not touched.`,
    nextStep: 'If it is not needed any more, delete it with the product that made it.',
  })),
  'hyperv.snapshot-mounted': errorSpec('environment', (p: SnapshotParams & { proxy: string }) => ({
    title: `The volume snapshot ${p.snapshot} is still mounted on ${p.proxy}`,
    meaning: `It was not deleted on ${p.host}: what is mounted would break.`,
    nextStep: `Unmount it on ${p.proxy} first.`,
  })),
  'hyperv.snapshot-not-mounted': errorSpec('environment', (p: SnapshotParams & { proxy: string }) => ({
    title: `The volume snapshot ${p.snapshot} is not mounted on ${p.proxy}`,
    meaning: `Its files can be read through ${p.proxy} only while it is.`,
    nextStep: 'Back up again.',
  })),
  'hyperv.snapshot-mount-refused': errorSpec(
    'environment',
    (p: SnapshotParams & { proxy: string; reason: string }) => ({
      title: `${p.proxy} did not mount the volume snapshot ${p.snapshot} of ${p.host}`,
      meaning: `It refused: ${p.reason}.`,
      nextStep: `Choose a proxy that can reach the storage of ${p.host} and is no node of its cluster, or back up on-host.`,
    }),
  ),
  'hyperv.snapshot-unmount-failed': errorSpec('transient', (p: SnapshotParams & { proxy: string; reason: string }) => ({
    title: `${p.proxy} did not unmount the volume snapshot ${p.snapshot}`,
    meaning: `It stays mounted: ${p.reason}.`,
    nextStep: `Close what reads from it on ${p.proxy}, then try again.`,
  })),
  'hyperv.snapshot-delete-failed': errorSpec('transient', (p: SnapshotParams & { reason: string }) => ({
    title: `The volume snapshot ${p.snapshot} on ${p.host} could not be deleted`,
    meaning: `It stays there and takes room on its volumes: ${p.reason}.`,
    nextStep: `Try again, or run \`diskshadow\` on ${p.host} with \`delete shadows set {${p.snapshot}}\`.`,
  })),
  'hyperv.snapshot-lost': errorSpec('environment', (p: SnapshotParams & { volume: string; reason: string }) => ({
    title: `The snapshot of ${p.volume} on ${p.host} was lost while it was in use`,
    meaning: `VSS gave up snapshot ${p.snapshot}: ${p.reason}. What had not been read by then cannot be read from it.`,
    nextStep: `Free space on ${p.volume} or back up when less is written there, then back up again.`,
  })),
  'hyperv.proxy-unreachable': errorSpec('environment', (p: { proxy: string; reason: string }) => ({
    title: `Proxy ${p.proxy} does not answer`,
    meaning: `Volume snapshots can be neither mounted nor read there now: ${p.reason}.`,
    nextStep: `Check that ${p.proxy} is up and reachable from this computer, then try again.`,
  })),
};
