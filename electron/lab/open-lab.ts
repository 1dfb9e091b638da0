// Opens an existing lab: locks it, removes what an interrupted operation left behind, opens every VM, resumes merges.
import { join } from 'node:path';
import { PageContent } from './content/page-content.ts';
import { FaultScript } from './faults.ts';
import type { Lab, OpenLabOptions } from './lab.ts';
import { Jobs } from './port/jobs.ts';
import { SimulatedLab } from './simulated-lab.ts';
import type { Site } from './site.ts';
import { listFiles } from './snapshot/list-files.ts';
import { SnapshotSets } from './snapshot/snapshot-sets.ts';
import { lockLab, type LabLock } from './state/lab-lock.ts';
import { StateStore } from './state/state-store.ts';
import { AccessLog } from './storage/access-log.ts';
import type { LabVolume } from './storage/lab-volume.ts';
import { OpenFiles } from './storage/open-files.ts';
import { storagesOf, type Storages } from './storage/open-storages.ts';
import { toLocalPath } from './storage/host-paths.ts';
import { LabVm } from './vm/lab-vm.ts';
import { Merger } from './vm/merger.ts';
import { VmTable, type RunningVm } from './vm/vm-table.ts';

/**
 * The guests do not write yet: `startGuests`. Merges that were going on go on at once.
 * Errors: `lab.not-found`, `lab.in-use`, `lab.damaged`.
 */
export async function openLab(options: OpenLabOptions): Promise<Lab> {
  const { folder } = options;
  // Before the lock, so that no lock file appears in a folder that is no lab.
  await StateStore.open(folder);
  const lock = await lockLab(folder);
  try {
    const store = await StateStore.open(folder);
    return await openLocked(options, store, lock, await PageContent.create(store.state.seed));
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** The lock is the lab's from now on, when it succeeds. */
export async function openLocked(
  options: OpenLabOptions,
  store: StateStore,
  lock: LabLock,
  content: PageContent,
): Promise<SimulatedLab> {
  const closing = new AbortController();
  const openFiles = new OpenFiles();
  const { volumes, storages } = await storagesOf(options.folder, store.state, openFiles);
  const snapshots = await SnapshotSets.open(options.folder, store, volumes);
  await removeStrays(store, { volumes, storages });
  const site: Site = {
    folder: options.folder,
    clock: options.clock,
    store,
    faults: new FaultScript(),
    content,
    openFiles,
    volumes,
    storages,
    snapshots,
    accesses: new AccessLog(options.clock),
    guestSpeed: options.guestSpeed ?? 1,
    guestPace: 1,
    closing: closing.signal,
  };
  const vms = await openVms(site).catch(async (error: unknown) => {
    await snapshots.close();
    throw error;
  });
  vms.forEach(({ merger }) => merger.kick());
  return new SimulatedLab({ site, vms: new VmTable(vms), jobs: new Jobs(options.clock), lock, closing });
}

/** All or none: what was opened before one that cannot be is closed again. */
async function openVms(site: Site): Promise<readonly RunningVm[]> {
  const vms: RunningVm[] = [];
  try {
    for (const record of site.store.state.vms) {
      const vm = await LabVm.open(site, record);
      vms.push({ vm, merger: new Merger(site, vm) });
    }
    return vms;
  } catch (error) {
    await Promise.all(vms.map(({ vm }) => vm.close()));
    throw error;
  }
}

/** A differencing file that no disk names was made for a checkpoint that was not, or is merged already. */
async function removeStrays(store: StateStore, { volumes, storages }: Storages): Promise<void> {
  const known = new Set<string>();
  for (const vm of store.state.vms) {
    const seen = storages.get(vm.hostId)?.volumes ?? [];
    for (const disk of vm.disks) for (const file of disk.files) known.add(toLocalPath(seen, file) ?? file);
  }
  for (const volume of volumes)
    for (const { file, sizeBytes } of await differencingFiles(volume))
      if (!known.has(file)) await volume.removeFile(file, sizeBytes);
}

async function differencingFiles(
  volume: LabVolume,
): Promise<readonly { readonly file: string; readonly sizeBytes: number }[]> {
  const files = await listFiles(volume.folder);
  return files
    .filter(({ path }) => path.endsWith('.avhdx'))
    .map(({ path, sizeBytes }) => ({ file: join(volume.folder, path), sizeBytes }));
}
