// Copy on write against a byte model: whatever is written, cut, removed, snapshotted, deleted and reopened in whatever
// order, every snapshot reads as the files were at its instant.
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHostId } from '../../../shared/model/ids.ts';
import { tempDir } from '../../../testing/temp-dir.ts';
import type { ByteStore } from '../../vhdx/index.ts';
import { initialState } from '../initial-state.ts';
import { StateStore } from '../state/state-store.ts';
import type { HostStorage } from '../storage/host-storage.ts';
import type { LabVolume } from '../storage/lab-volume.ts';
import { OpenFiles } from '../storage/open-files.ts';
import { storagesOf } from '../storage/open-storages.ts';
import { smallScenario } from '../testing/small-scenario.ts';
import { snapshotBlockBytes } from './block-index.ts';
import { holdAllStill } from './change-gate.ts';
import { SnapshotSets } from './snapshot-sets.ts';

const hostId = toHostId('HV10');
const KiB = 1024;
const volumeBytes = 64 * KiB * KiB;

/** Two volumes of one host without VMs, with a model of all their bytes. */
class Site {
  readonly folder: string;
  readonly store: StateStore;
  storage!: HostStorage;
  volumes!: readonly LabVolume[];
  sets!: SnapshotSets;
  readonly files = new Map<string, Buffer>();
  readonly frozen = new Map<string, ReadonlyMap<string, Buffer>>();
  readonly #open = new Map<string, ByteStore>();

  private constructor(folder: string, store: StateStore) {
    this.folder = folder;
    this.store = store;
  }

  static async create(sizeBytes = volumeBytes): Promise<Site> {
    const folder = tempDir('lab-cow');
    const volumes = ['D:\\', 'E:\\'].map((path) => ({ path, label: path, sizeBytes }));
    const hosts = smallScenario.hosts.slice(2).map((host) => ({ ...host, volumes }));
    const { cluster, ...scenario } = smallScenario;
    expect(cluster?.name).toBe('CLUSTER01');
    const state = initialState({ ...scenario, hosts, vms: [] }, 1);
    for (const volume of state.volumes) await mkdir(join(folder, 'hosts', volume.folder), { recursive: true });
    const site = new Site(folder, await StateStore.create(folder, state));
    await site.start();
    return site;
  }

  async start(): Promise<void> {
    const { volumes, storages } = await storagesOf(this.folder, this.store.state, new OpenFiles());
    this.volumes = volumes;
    this.storage = storages.get(hostId)!;
    this.sets = await SnapshotSets.open(this.folder, this.store, volumes);
  }

  async stop(): Promise<void> {
    for (const store of this.#open.values()) await store.close();
    this.#open.clear();
    await this.sets.close();
  }

  async write(path: string, bytes: Buffer, position: number): Promise<void> {
    const before = this.files.get(path) ?? Buffer.alloc(0);
    const after = Buffer.alloc(Math.max(before.length, position + bytes.length));
    before.copy(after);
    bytes.copy(after, position);
    this.files.set(path, after);
    await (await this.#opened(path)).write(bytes, position);
  }

  async truncate(path: string, sizeBytes: number): Promise<void> {
    const before = this.files.get(path);
    if (before === undefined) return;
    const after = Buffer.alloc(sizeBytes);
    before.copy(after, 0, 0, Math.min(sizeBytes, before.length));
    this.files.set(path, after);
    await (await this.#opened(path)).truncate(sizeBytes);
  }

  async remove(path: string): Promise<void> {
    this.files.delete(path);
    await this.#open.get(path)?.close();
    this.#open.delete(path);
    await this.storage.remove(path);
  }

  async freeze(variant: 'software' | 'transportable' = 'software'): Promise<string> {
    const setId = this.store.newGuid('set');
    const set = { setId, tag: 'Stillpoint', hostId, providerId: '', variant, createdAtMs: 0 };
    await this.sets.create(set, this.volumes, (freeze) =>
      holdAllStill(
        this.volumes.map((volume) => volume.gate),
        async () => {
          await freeze();
          this.frozen.set(setId, new Map(this.files));
        },
      ),
    );
    return setId;
  }

  async delete(setId: string): Promise<void> {
    await this.sets.delete(setId);
    this.frozen.delete(setId);
  }

  /** The paths that read otherwise than they were. */
  async differing(setId: string): Promise<readonly string[]> {
    const differing: string[] = [];
    for (const path of paths) {
      const expected = this.frozen.get(setId)?.get(path);
      const actual = await this.read(setId, path);
      if (expected === undefined ? actual !== undefined : actual?.equals(expected) !== true) differing.push(path);
    }
    return differing;
  }

  async read(setId: string, path: string): Promise<Buffer | undefined> {
    const volume = this.storage.volumeOf(path);
    const area = this.sets.areaOf(setId, volume.id)!;
    const key = volume.keyOf(this.storage.localPath(path));
    if (!area.has(key)) return undefined;
    const file = await area.openFile(key, path);
    const bytes = Buffer.alloc(await file.sizeBytes());
    // An odd size of pieces, so that they begin and end inside of blocks.
    const pieceBytes = 100_003;
    for (let at = 0; at < bytes.length; at += pieceBytes) await file.read(bytes.subarray(at, at + pieceBytes), at);
    await file.close();
    return bytes;
  }

  async #opened(path: string): Promise<ByteStore> {
    const known = this.#open.get(path);
    if (known !== undefined) return known;
    const isThere = (await stat(this.storage.localPath(path)).catch(() => undefined)) !== undefined;
    const store = isThere ? await this.storage.openWritable(path) : await this.storage.create(path);
    this.#open.set(path, store);
    return store;
  }
}

const paths = ['D:\\a.vhdx', 'D:\\B.avhdx', 'E:\\a.vhdx', 'E:\\c.avhdx'];
const path = fc.constantFrom(...paths);
const blocks = (count: number) =>
  fc
    .tuple(fc.nat(count), fc.constantFrom(0, 1, 4096, 40_000, 65_535))
    .map(([n, rest]) => n * snapshotBlockBytes + rest);

type Step =
  | { readonly do: 'write'; readonly path: string; readonly at: number; readonly bytes: number; readonly fill: number }
  | { readonly do: 'truncate'; readonly path: string; readonly at: number }
  | { readonly do: 'remove'; readonly path: string }
  | { readonly do: 'freeze' | 'delete' | 'reopen' | 'look' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      path,
      at: blocks(12),
      bytes: fc.integer({ min: 1, max: 200_000 }),
      fill: fc.integer({ min: 1, max: 255 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('truncate' as const), path, at: blocks(12) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), path }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('freeze' as const, 'freeze', 'delete', 'reopen', 'look') }),
  },
);

async function take(site: Site, at: Step): Promise<void> {
  const oldest = site.frozen.keys().next();
  if (at.do === 'write') await site.write(at.path, Buffer.alloc(at.bytes, at.fill), at.at);
  else if (at.do === 'truncate') await site.truncate(at.path, at.at);
  else if (at.do === 'remove') await site.remove(at.path);
  else if (at.do === 'freeze') await (site.frozen.size < 4 ? site.freeze() : Promise.resolve());
  else if (at.do === 'delete') await (oldest.done === true ? Promise.resolve() : site.delete(oldest.value));
  else if (at.do === 'reopen') {
    await site.stop();
    await site.start();
  } else for (const setId of site.frozen.keys()) expect(await site.differing(setId)).toEqual([]);
}

function usedBytes(site: Site): number {
  return site.volumes.reduce((sum, volume) => sum + volume.sizeBytes - volume.freeBytes, 0);
}

function fileBytes(site: Site): number {
  return [...site.files.values()].reduce((sum, bytes) => sum + bytes.length, 0);
}

describe('any interleaving of writes, cuts, removals, snapshots, deletions and restarts', () => {
  it('leaves every snapshot as the files were, and takes no room when all are gone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }), async (steps) => {
        const site = await Site.create();
        for (const at of steps) await take(site, at);
        for (const setId of [...site.frozen.keys()]) {
          expect(await site.differing(setId)).toEqual([]);
          await site.delete(setId);
        }
        expect(usedBytes(site)).toBe(fileBytes(site));
        await site.stop();
      }),
      { numRuns: 60, seed: 5 },
    );
  }, 120_000);

  it('reads right while the same file is written, cut and removed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 25, size: 'max' }), async (steps) => {
        const site = await Site.create();
        for (const each of paths) await site.write(each, Buffer.alloc(900_000, each.length), 0);
        const changes = steps.filter((at) => at.do === 'write' || at.do === 'truncate' || at.do === 'remove');
        const setId = await site.freeze();
        const changing = (async () => {
          for (const at of changes) await take(site, at);
        })();
        const readers = Array.from({ length: 3 }, async () => {
          for (let round = 0; round < 3; round += 1) expect(await site.differing(setId)).toEqual([]);
        });
        await Promise.all([changing, ...readers]);
        expect(await site.differing(setId)).toEqual([]);
        await site.stop();
      }),
      { numRuns: 30, seed: 6 },
    );
  }, 120_000);
});

describe('one instant', () => {
  it('is the same on two volumes while both are written to', async () => {
    const site = await Site.create();
    const count = (n: number): Buffer => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt(n));
      return bytes;
    };
    await site.write('D:\\a.vhdx', count(0), 0);
    await site.write('E:\\a.vhdx', count(0), 0);
    const over = new AbortController();
    let written = 0;
    const writing = (async () => {
      while (!over.signal.aborted) {
        written += 1;
        await site.write('D:\\a.vhdx', count(written), 0);
        await site.write('E:\\a.vhdx', count(written), 0);
      }
    })();
    const differences: number[] = [];
    let last = 0;
    for (let round = 0; round < 40; round += 1) {
      const setId = await site.freeze();
      const ahead = Number((await site.read(setId, 'D:\\a.vhdx'))!.readBigUInt64LE());
      const behind = Number((await site.read(setId, 'E:\\a.vhdx'))!.readBigUInt64LE());
      expect(ahead).toBeGreaterThan(last);
      last = ahead;
      differences.push(ahead - behind);
      await site.delete(setId);
    }
    over.abort();
    await writing;
    expect(differences.filter((difference) => difference !== 0 && difference !== 1)).toEqual([]);
    await site.stop();
  });
});

describe('room for old data', () => {
  const big = 20 * snapshotBlockBytes;

  it('is taken once for each changed block, from the volume, and given back', async () => {
    const site = await Site.create();
    await site.write('D:\\a.vhdx', Buffer.alloc(big, 1), 0);
    const setId = await site.freeze();
    const before = usedBytes(site);
    for (const fill of [2, 3, 4]) await site.write('D:\\a.vhdx', Buffer.alloc(10, fill), snapshotBlockBytes - 5);
    expect(usedBytes(site) - before).toBe(2 * snapshotBlockBytes);
    await site.remove('D:\\a.vhdx');
    expect(usedBytes(site)).toBe(big);
    await site.delete(setId);
    expect(usedBytes(site)).toBe(0);
    await site.stop();
  });

  it('is the disk array’s own for a hardware snapshot', async () => {
    const site = await Site.create();
    await site.write('D:\\a.vhdx', Buffer.alloc(big, 1), 0);
    const setId = await site.freeze('transportable');
    await site.write('D:\\a.vhdx', Buffer.alloc(big, 2), 0);
    expect(usedBytes(site)).toBe(big);
    expect(await site.differing(setId)).toEqual([]);
    await site.stop();
  });

  it('that runs out loses the snapshot of that volume, never the write', async () => {
    const site = await Site.create(30 * snapshotBlockBytes);
    await site.write('D:\\a.vhdx', Buffer.alloc(big, 1), 0);
    await site.write('E:\\a.vhdx', Buffer.alloc(10, 1), 0);
    const setId = await site.freeze();
    const reader = await site.sets.areaOf(setId, site.volumes[0]!.id)!.openFile('a.vhdx', 'D:\\a.vhdx');
    await site.write('D:\\a.vhdx', Buffer.alloc(big, 2), 0);
    const lost = { code: 'hyperv.snapshot-lost', params: { volume: 'D:\\', snapshot: setId } };
    await expect(reader.read(new Uint8Array(10), 0)).rejects.toMatchObject(lost);
    await reader.close();
    await expect(site.read(setId, 'D:\\a.vhdx')).rejects.toMatchObject(lost);
    expect((await site.read(setId, 'E:\\a.vhdx'))?.length).toBe(10);
    expect(site.sets.find(setId)?.volumeIds).toEqual([site.volumes[1]!.id]);
    expect(usedBytes(site)).toBe(fileBytes(site));
    await site.stop();
    await site.start();
    expect((await site.read(setId, 'E:\\a.vhdx'))?.length).toBe(10);
    await site.stop();
  });
});
