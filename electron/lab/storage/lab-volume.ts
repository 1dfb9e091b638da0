// A volume of the simulated site: a folder with a size. What its files take is counted, so that it can become full.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { HostId } from '../../../shared/model/ids.ts';
import type { VolumeState } from '../state/lab-state.ts';
import type { MappedVolume } from './host-paths.ts';

export class LabVolume implements MappedVolume {
  readonly id: string;
  readonly path: string;
  readonly label: string;
  readonly folder: string;
  /** Absent for a cluster shared volume: every node of the cluster has it. */
  readonly hostId: HostId | undefined;
  sizeBytes: number;
  #usedBytes: number;

  private constructor(state: VolumeState, folder: string, usedBytes: number) {
    this.id = state.id;
    this.path = state.path;
    this.label = state.label;
    this.hostId = state.hostId;
    this.folder = folder;
    this.sizeBytes = state.sizeBytes;
    this.#usedBytes = usedBytes;
  }

  static async open(state: VolumeState, labFolder: string): Promise<LabVolume> {
    const folder = join(labFolder, 'hosts', state.folder);
    return new LabVolume(state, folder, await usedBytesBelow(folder));
  }

  get isClusterShared(): boolean {
    return this.hostId === undefined;
  }

  get freeBytes(): number {
    return Math.max(0, this.sizeBytes - this.#usedBytes);
  }

  /** Counts bytes that a file is about to grow by. Error: `vhdx.volume-full`, and nothing is counted. */
  take(bytes: number, path: string): void {
    if (bytes > this.freeBytes) throw new AppError('vhdx.volume-full', { path });
    this.#usedBytes += bytes;
  }

  give(bytes: number): void {
    this.#usedBytes -= bytes;
  }
}

/** Every file counts with its full size, as on NTFS, where the files of a host are not sparse. */
async function usedBytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  return bytes;
}
