// A file that is open for writing: its growth is taken from its volume before it happens, and what a write or a cut
// would destroy is kept for the volume's snapshots first, also for those that are younger than the open file.
import type { ByteStore } from '../../vhdx/index.ts';
import type { LabVolume } from './lab-volume.ts';
import { underName } from './under-name.ts';

export interface AccountedStoreParts {
  /** As the host names it. */
  readonly path: string;
  /** As the snapshots of its volume name it. */
  readonly key: string;
  readonly store: ByteStore;
  readonly volume: LabVolume;
  readonly release: () => void;
  readonly sizeBytes: number;
}

export class AccountedStore implements ByteStore {
  readonly path: string;
  readonly #parts: AccountedStoreParts;
  #sizeBytes: number;

  constructor(parts: AccountedStoreParts) {
    this.path = parts.path;
    this.#parts = parts;
    this.#sizeBytes = parts.sizeBytes;
  }

  sizeBytes(): Promise<number> {
    return this.#parts.store.sizeBytes();
  }

  read(target: Uint8Array, position: number): Promise<number> {
    return underName(this.path, () => this.#parts.store.read(target, position));
  }

  async write(data: Uint8Array, position: number): Promise<void> {
    const { store, volume } = this.#parts;
    await volume.gate.change(async () => {
      this.#resize(Math.max(this.#sizeBytes, position + data.length));
      if (volume.snapshotCount > 0) await this.#preserve(position, position + data.length);
      await underName(this.path, () => store.write(data, position));
    });
  }

  async truncate(sizeBytes: number): Promise<void> {
    const { store, volume } = this.#parts;
    await volume.gate.change(async () => {
      this.#resize(sizeBytes);
      if (volume.snapshotCount > 0) await this.#preserve(sizeBytes, Infinity);
      await underName(this.path, () => store.truncate(sizeBytes));
    });
  }

  flush(): Promise<void> {
    return underName(this.path, () => this.#parts.store.flush());
  }

  async close(): Promise<void> {
    this.#parts.release();
    await this.#parts.store.close();
  }

  #preserve(from: number, to: number): Promise<void> {
    const { store, volume, key } = this.#parts;
    return volume.preserve(key, from, to, (target, position) => store.read(target, position));
  }

  #resize(sizeBytes: number): void {
    const growth = sizeBytes - this.#sizeBytes;
    if (growth > 0) this.#parts.volume.take(growth, this.path);
    else this.#parts.volume.give(-growth);
    this.#sizeBytes = sizeBytes;
  }
}
