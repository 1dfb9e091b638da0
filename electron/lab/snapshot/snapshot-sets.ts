// The sets of volume snapshots of a lab: which stand, where each is mounted, what each holds. A set stands when lab.json
// names it, and lab.json names it when everything it needs to be read is on disk; so a killed process leaves no set or a
// whole one.
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { HostId } from '../../../shared/model/ids.ts';
import type { SnapshotSetRecord } from '../state/lab-state.ts';
import type { StateStore } from '../state/state-store.ts';
import type { LabVolume } from '../storage/lab-volume.ts';
import { SnapshotArea, type SnapshotAreaOptions, type SnapshotRoom } from './snapshot-area.ts';

/** Everything of a set that is known before it is taken. */
export type NewSnapshotSet = Omit<SnapshotSetRecord, 'volumeIds' | 'mountedOn'>;

/** Runs `freeze` at an instant at which nothing changes on the volumes. */
export type AtOneInstant = (freeze: () => Promise<void>) => Promise<void>;

interface OpenArea {
  readonly area: SnapshotArea;
  readonly volume: LabVolume;
}

export class SnapshotSets {
  readonly #folder: string;
  readonly #store: StateStore;
  readonly #volumes: readonly LabVolume[];
  readonly #areas = new Map<string, OpenArea>();
  /** Why a snapshot is gone that somebody may still want to read. Of this process alone. */
  readonly #losses = new Map<string, AppError>();
  readonly #discarding = new Set<Promise<void>>();

  private constructor(folder: string, store: StateStore, volumes: readonly LabVolume[]) {
    this.#folder = folder;
    this.#store = store;
    this.#volumes = volumes;
  }

  /** Opens what stands and removes what does not. Before anything is written to the volumes. */
  static async open(labFolder: string, store: StateStore, volumes: readonly LabVolume[]): Promise<SnapshotSets> {
    const folder = join(labFolder, 'snapshots');
    await mkdir(folder, { recursive: true });
    const sets = new SnapshotSets(folder, store, volumes);
    await sets.#removeStrays();
    for (const set of sets.all) for (const volumeId of set.volumeIds) await sets.#reopen(set, volumeId);
    return sets;
  }

  get all(): readonly SnapshotSetRecord[] {
    return this.#store.state.snapshotSets;
  }

  find(setId: string): SnapshotSetRecord | undefined {
    return this.all.find((set) => set.setId === setId);
  }

  /** Undefined where that volume is not of the set. Throws `hyperv.snapshot-lost` for one that was. */
  areaOf(setId: string, volumeId: string): SnapshotArea | undefined {
    const loss = this.#losses.get(keyOf(setId, volumeId));
    if (loss !== undefined) throw loss;
    return this.#areas.get(keyOf(setId, volumeId))?.area;
  }

  /** The error of a set that was lost as a whole. */
  lossOf(setId: string): AppError | undefined {
    for (const [key, loss] of this.#losses) if (key.startsWith(keyOf(setId, ''))) return loss;
    return undefined;
  }

  /** One snapshot of each volume, all of one instant. */
  async create(wanted: NewSnapshotSet, volumes: readonly LabVolume[], atOneInstant: AtOneInstant): Promise<void> {
    const made: OpenArea[] = [];
    try {
      for (const volume of volumes)
        made.push({ volume, area: await SnapshotArea.create(this.#options(wanted, volume)) });
      await atOneInstant(async () => {
        for (const { area } of made) await area.freeze();
        for (const { area, volume } of made) this.#attach(wanted.setId, { area, volume });
      });
      for (const { area } of made) await area.writeCatalogue();
      const volumeIds = made.filter(({ area }) => area.isStanding).map(({ volume }) => volume.id);
      if (volumeIds.length < made.length) throw this.lossOf(wanted.setId) ?? new Error('a new snapshot was lost');
      await this.#change((sets) => [...sets, { ...wanted, volumeIds, mountedOn: [] }]);
    } catch (error) {
      for (const each of made) await this.#detach(wanted.setId, each);
      throw error;
    }
  }

  /** It need not be there. */
  async delete(setId: string): Promise<void> {
    const set = this.find(setId);
    if (set === undefined) return;
    await this.#change((sets) => sets.filter((other) => other.setId !== setId));
    for (const volumeId of set.volumeIds) {
      const open = this.#areas.get(keyOf(setId, volumeId));
      if (open !== undefined) await this.#detach(setId, open);
    }
    await rm(join(this.#folder, setId), { recursive: true, force: true });
  }

  mount(setId: string, proxyId: HostId): Promise<void> {
    return this.#changeMounts(setId, (before) => [...before.filter((other) => other !== proxyId), proxyId]);
  }

  unmount(setId: string, proxyId: HostId): Promise<void> {
    return this.#changeMounts(setId, (before) => before.filter((other) => other !== proxyId));
  }

  /** The snapshot of one volume is given up; a set without snapshots is gone. */
  async lose(setId: string, volumeId: string, reason: string): Promise<void> {
    const open = this.#areas.get(keyOf(setId, volumeId));
    if (open === undefined) return;
    const host = this.find(setId)?.hostId ?? open.volume.hostId ?? '';
    const loss = new AppError('hyperv.snapshot-lost', { snapshot: setId, host, volume: open.volume.path, reason });
    this.#losses.set(keyOf(setId, volumeId), loss);
    open.area.end(loss);
    // Not waited for: whoever finds that it is lost is in the middle of saving to it.
    const discarding = this.#detach(setId, open).finally(() => this.#discarding.delete(discarding));
    this.#discarding.add(discarding);
    await this.#forget(setId, volumeId);
  }

  async close(): Promise<void> {
    await Promise.all(this.#discarding);
    for (const { area } of this.#areas.values()) await area.close();
    this.#areas.clear();
  }

  async #reopen(set: SnapshotSetRecord, volumeId: string): Promise<void> {
    const volume = this.#volumes.find((candidate) => candidate.id === volumeId);
    if (volume === undefined) return this.#forget(set.setId, volumeId);
    try {
      const area = await SnapshotArea.open(this.#options(set, volume));
      this.#attach(set.setId, { area, volume });
    } catch (error) {
      // Whatever is wrong with it, the lab opens: VSS too gives up a snapshot whose storage it cannot read.
      const reason = error instanceof Error ? error.message : String(error);
      const place = { snapshot: set.setId, host: set.hostId, volume: volume.path, reason };
      this.#losses.set(keyOf(set.setId, volumeId), new AppError('hyperv.snapshot-lost', place, { cause: error }));
      await this.#forget(set.setId, volumeId);
      await rm(join(this.#folder, set.setId, volumeId), { recursive: true, force: true });
    }
  }

  #options(set: NewSnapshotSet, volume: LabVolume): SnapshotAreaOptions {
    return {
      folder: join(this.#folder, set.setId, volume.id),
      volumeFolder: volume.folder,
      room: roomOf(set, volume),
      onLost: (reason) => this.lose(set.setId, volume.id, reason),
    };
  }

  #attach(setId: string, open: OpenArea): void {
    this.#areas.set(keyOf(setId, open.volume.id), open);
    open.volume.addSnapshot(open.area);
  }

  async #detach(setId: string, { area, volume }: OpenArea): Promise<void> {
    volume.removeSnapshot(area);
    this.#areas.delete(keyOf(setId, volume.id));
    await area.discard();
  }

  async #forget(setId: string, volumeId: string): Promise<void> {
    await this.#change((sets) =>
      sets
        .map((set) =>
          set.setId === setId ? { ...set, volumeIds: set.volumeIds.filter((other) => other !== volumeId) } : set,
        )
        .filter((set) => set.volumeIds.length > 0),
    );
  }

  #changeMounts(setId: string, change: (before: readonly HostId[]) => readonly HostId[]): Promise<void> {
    return this.#change((sets) =>
      sets.map((set) => (set.setId === setId ? { ...set, mountedOn: change(set.mountedOn) } : set)),
    );
  }

  #change(change: (sets: readonly SnapshotSetRecord[]) => readonly SnapshotSetRecord[]): Promise<void> {
    return this.#store.update((state) => ({ ...state, snapshotSets: change(state.snapshotSets) }));
  }

  async #removeStrays(): Promise<void> {
    for (const name of await readdir(this.#folder))
      if (this.find(name) === undefined) await rm(join(this.#folder, name), { recursive: true, force: true });
  }
}

function keyOf(setId: string, volumeId: string): string {
  return `${setId} ${volumeId}`;
}

/** A disk array keeps the old blocks of its snapshots itself; every other provider keeps them on the volume. */
function roomOf({ variant }: NewSnapshotSet, volume: LabVolume): SnapshotRoom {
  if (variant === 'transportable') return { take: () => undefined, give: () => undefined };
  return { take: (bytes) => volume.take(bytes, volume.path), give: (bytes) => volume.give(bytes) };
}
