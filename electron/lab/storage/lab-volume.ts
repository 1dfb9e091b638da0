// A volume of the simulated site: a folder with a size. What its files take is counted, so that it can become full; what
// they lose is kept for its snapshots. Every change of a file of the volume goes through here.
import { rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { HostId } from '../../../shared/model/ids.ts';
import { ChangeGate } from '../snapshot/change-gate.ts';
import { keyOfFile, listFiles } from '../snapshot/list-files.ts';
import type { ReadOld, SnapshotArea } from '../snapshot/snapshot-area.ts';
import type { VolumeState } from '../state/lab-state.ts';
import type { MappedVolume } from './host-paths.ts';

export class LabVolume implements MappedVolume {
  readonly id: string;
  readonly path: string;
  readonly label: string;
  readonly folder: string;
  /** Absent for a cluster shared volume: every node of the cluster has it. */
  readonly hostId: HostId | undefined;
  /** Every change of a file passes it. */
  readonly gate = new ChangeGate();
  sizeBytes: number;
  #usedBytes: number;
  /** The snapshots that stand, whoever made them. */
  #areas: readonly SnapshotArea[] = [];

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
    // Every file counts with its full size, as on NTFS, where the files of a host are not sparse.
    const usedBytes = (await listFiles(folder)).reduce((sum, file) => sum + file.sizeBytes, 0);
    return new LabVolume(state, folder, usedBytes);
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

  get snapshotCount(): number {
    return this.#areas.length;
  }

  addSnapshot(area: SnapshotArea): void {
    this.#areas = [...this.#areas, area];
  }

  removeSnapshot(area: SnapshotArea): void {
    this.#areas = this.#areas.filter((other) => other !== area);
  }

  /** The name of a file of this machine in the volume's snapshots. */
  keyOf(localPath: string): string {
    return keyOfFile(relative(this.folder, localPath).split(sep).join('/'));
  }

  /** Inside of a change, before bytes `from` to `to` become others. */
  async preserve(key: string, from: number, to: number, readOld: ReadOld): Promise<void> {
    for (const area of this.#areas) await area.preserve(key, from, to, readOld);
  }

  /** Deletes a file of this machine; it need not be there. */
  async removeFile(localPath: string, sizeBytes: number): Promise<void> {
    await this.gate.change(async () => {
      const key = this.keyOf(localPath);
      const areas = this.#areas.filter((area) => area.has(key));
      // First: what the file leaves is the room in which its old content is kept.
      this.give(sizeBytes);
      for (const area of areas) await area.keep(key);
      await rm(localPath, { force: true });
      for (const area of areas) await area.kept(key);
    });
  }
}
