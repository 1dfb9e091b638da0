// Makes a new lab: folders, disk files with their content, the guests' databases. lab.json comes last, so that a lab
// whose making was cut off is not taken for one.
import { mkdir, readdir } from 'node:fs/promises';
import { join, dirname } from 'node:path';
import { AppError } from '../../shared/errors/app-error.ts';
import { createDynamicDisk, createFixedDisk, openWritableDisk } from '../vhdx/index.ts';
import { InitialContent } from './content/initial-content.ts';
import { chunkBytes, PageContent } from './content/page-content.ts';
import { initialState } from './initial-state.ts';
import type { CreateLabOptions, Lab } from './lab.ts';
import { openLocked } from './open-lab.ts';
import { defaultScenarioName, findScenario } from './scenarios/index.ts';
import type { LabScenario, ScenarioDisk } from './scenarios/scenario.ts';
import { lockLab } from './state/lab-lock.ts';
import type { DiskRecord, LabState, VmRecord } from './state/lab-state.ts';
import { StateStore } from './state/state-store.ts';
import { storagesOf } from './storage/open-storages.ts';
import type { HostStorage } from './storage/host-storage.ts';
import { OpenFiles } from './storage/open-files.ts';

/** Disks that are filled at once: generating and writing overlap. */
const disksAtOnce = 3;

/** The guests do not write yet: `startGuests`. Errors: `lab.exists`, `lab.scenario-unknown`, `lab.in-use`. */
export async function createLab(options: CreateLabOptions): Promise<Lab> {
  const { folder } = options;
  const wanted = options.scenario ?? defaultScenarioName;
  const scenario = typeof wanted === 'string' ? findScenario(wanted) : wanted;
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) throw new AppError('lab.exists', { folder });
  const lock = await lockLab(folder);
  try {
    const state = initialState(scenario, options.seed ?? 1);
    for (const volume of state.volumes) await mkdir(join(folder, 'hosts', volume.folder), { recursive: true });
    const content = await PageContent.create(state.seed);
    await createDisks(folder, state, scenario, content);
    const lab = await openLocked(options, await StateStore.create(folder, state), lock, content);
    await lab.createGuestDatabases();
    return lab;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function createDisks(
  folder: string,
  state: LabState,
  scenario: LabScenario,
  content: PageContent,
): Promise<void> {
  const { storages } = await storagesOf(folder, state, new OpenFiles());
  const jobs = state.vms.flatMap((vm, vmAt) =>
    vm.disks.map((disk, diskAt) => ({ vm, disk, spec: scenario.vms[vmAt]?.disks[diskAt] })),
  );
  const queue = jobs.values();
  const worker = async (): Promise<void> => {
    for (const { vm, disk, spec } of queue) {
      const storage = storages.get(vm.hostId);
      if (spec !== undefined && storage !== undefined) await createDisk(storage, vm, disk, spec, content);
    }
  };
  await Promise.all(Array.from({ length: disksAtOnce }, worker));
}

async function createDisk(
  storage: HostStorage,
  vm: VmRecord,
  disk: DiskRecord,
  spec: ScenarioDisk,
  content: PageContent,
): Promise<void> {
  const [path] = disk.files;
  if (path === undefined) throw new AppError('lab.no-such-thing', { what: `file for a disk of ${vm.name}` });
  await mkdir(dirname(storage.localPath(path)), { recursive: true });
  const store = await storage.create(path);
  const { sizeBytes, blockSizeBytes, logicalSectorSizeBytes } = spec;
  const geometry = { sizeBytes, blockSizeBytes, logicalSectorSizeBytes, physicalSectorSizeBytes: 4096 } as const;
  try {
    await (spec.type === 'fixed' ? createFixedDisk(store, geometry) : createDynamicDisk(store, geometry));
  } finally {
    await store.close();
  }
  const initial = new InitialContent(disk, content);
  const writable = await openWritableDisk(path, storage);
  try {
    const chunk = new Uint8Array(chunkBytes);
    for (let at = 0; at < initial.chunkCount; at += 1) {
      if (initial.kindOf(at) === undefined) continue;
      initial.fill(chunk, at);
      await writable.write(chunk, at * chunkBytes);
    }
  } finally {
    await writable.close();
  }
}
