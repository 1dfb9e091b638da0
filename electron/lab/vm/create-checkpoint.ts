// Makes a checkpoint: a differencing file per disk, all disks cut at one moment, the state saved, the writes redirected.
// Until the state is saved nothing has happened; files that were made by then are removed at the next start.
import { win32 } from 'node:path';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { CheckpointId } from '../../../shared/model/ids.ts';
import { toCheckpointId } from '../../../shared/model/ids.ts';
import type { Consistency, Quiescing } from '../../../shared/model/site.ts';
import { createDifferencingDisk, openWritableDisk, type WritableDisk } from '../../vhdx/index.ts';
import { runHolding } from '../mutex.ts';
import type { Site } from '../site.ts';
import type { CheckpointRecord } from '../state/lab-state.ts';
import type { LabVm } from './lab-vm.ts';
import type { LiveDisk } from './live-disk.ts';

export interface NewCheckpoint {
  readonly name: string;
  readonly kind: 'recovery' | 'standard';
  readonly consistency: Consistency;
  readonly quiescing: Quiescing;
}

/** Errors: `vhdx.volume-full`, `hyperv.vm-state` while a merge is going on; then nothing has changed. */
export function createCheckpoint(site: Site, vm: LabVm, wanted: NewCheckpoint): Promise<CheckpointId> {
  return vm.withDisks((disks) =>
    runHolding(
      disks.map((disk) => disk.mutex),
      () => cut(site, vm, disks, wanted),
    ),
  );
}

interface Cut {
  readonly live: LiveDisk;
  readonly path: string;
}

async function cut(site: Site, vm: LabVm, disks: readonly LiveDisk[], wanted: NewCheckpoint): Promise<CheckpointId> {
  const { storage } = vm;
  const { name, hostId } = vm.record;
  if (disks.some((disk) => disk.isMerging))
    throw new AppError('hyperv.vm-state', { vm: name, host: hostId, state: 'merging-disks' });
  const id = toCheckpointId(site.store.newGuid('checkpoint'));
  const cuts = disks.map((live) => ({ live, path: childPath(live.disk.path, site.store.newGuid('avhdx')) }));
  const children: { readonly live: LiveDisk; readonly child: WritableDisk }[] = [];
  try {
    for (const { live, path } of cuts) {
      await live.settle();
      await createChild(vm, live, path);
      children.push({ live, child: await openWritableDisk(path, storage) });
    }
    for (const { live } of cuts) await live.log.append({ type: 'mark', checkpointId: id });
    await save(site, vm, cuts, { ...wanted, id, createdAtMs: site.clock.nowMs() });
  } catch (error) {
    await Promise.all(children.map(({ child }) => child.close()));
    for (const { path } of cuts) await storage.remove(path);
    throw error;
  }
  // From here on the checkpoint stands: a write that went to the old file would change it.
  await Promise.all(children.map(({ live, child }) => live.switchTo(child)));
  return id;
}

async function save(
  site: Site,
  vm: LabVm,
  cuts: readonly Cut[],
  checkpoint: Omit<CheckpointRecord, 'frozen'>,
): Promise<void> {
  const frozen = cuts.map(({ live }) => ({ slot: live.slot, path: live.disk.path }));
  await site.store.updateVm(vm.id, (record) => ({
    ...record,
    checkpoints: [...record.checkpoints, { ...checkpoint, frozen }],
    disks: record.disks.map((disk) => {
      const path = cuts.find(({ live }) => live.slot === disk.slot)?.path;
      return path === undefined ? disk : { ...disk, files: [path, ...disk.files] };
    }),
  }));
}

async function createChild(vm: LabVm, { disk }: LiveDisk, path: string): Promise<void> {
  const store = await vm.storage.create(path);
  try {
    await createDifferencingDisk(store, {
      parent: {
        sizeBytes: disk.sizeBytes,
        logicalSectorSizeBytes: disk.logicalSectorSizeBytes,
        physicalSectorSizeBytes: disk.physicalSectorSizeBytes,
        dataWriteGuid: disk.dataWriteGuid,
        virtualDiskId: disk.virtualDiskId,
      },
      paths: { relativePath: `.\\${win32.basename(disk.path)}`, absoluteWin32Path: disk.path },
    });
  } finally {
    await store.close();
  }
}

/** `SQL01-system_4F2C….avhdx` beside its parent, as Hyper-V names it; never one suffix upon another. */
function childPath(parentPath: string, guid: string): string {
  const { dir, name } = win32.parse(parentPath);
  const stem = name.replace(/_[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/, '');
  return win32.join(dir, `${stem}_${guid.toUpperCase()}.avhdx`);
}
