// The snapshot of one volume: which files it had at that instant, and the old blocks of those that have changed since.
// Before a block is changed or a file is removed, what was there comes here (copy on write). Where that cannot be kept
// the snapshot is given up, as VSS does: the host's own work never fails for a snapshot.
import { constants } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError, isAppError } from '../../../shared/errors/app-error.ts';
import { Mutex } from '../mutex.ts';
import { BlockIndex, snapshotBlockBytes } from './block-index.ts';
import { FrozenFile } from './frozen-file.ts';
import { keyOfFile, listFiles } from './list-files.ts';

/** Where the room for old blocks is taken from. */
export interface SnapshotRoom {
  /** Throws where there is none, and nothing is counted. */
  take(bytes: number): void;
  give(bytes: number): void;
}

export interface SnapshotAreaOptions {
  /** The area's own folder. */
  readonly folder: string;
  readonly volumeFolder: string;
  readonly room: SnapshotRoom;
  /** The snapshot is of no use any more. Called once, before the change that it could not follow. */
  readonly onLost: (reason: string) => Promise<void>;
}

/** Reads what a file holds before it is changed. */
export type ReadOld = (target: Uint8Array, position: number) => Promise<number>;

const catalogueSchema = z.array(z.object({ path: z.string(), sizeBytes: z.number() }));

interface CataloguedFile {
  /** Below the volume's folder. */
  readonly path: string;
  readonly number: number;
  readonly sizeBytes: number;
  /** The real one was removed; the snapshot has its own name for it. */
  isKept: boolean;
}

/** Blocks saved in one go. */
const runBlocks = 16;

export class SnapshotArea {
  readonly #options: SnapshotAreaOptions;
  readonly #index: BlockIndex;
  readonly #saved: FileHandle;
  readonly #saving = new Mutex();
  #files: ReadonlyMap<string, CataloguedFile> = new Map();
  #takenBytes = 0;
  #end: AppError | 'deleted' | undefined;

  private constructor(options: SnapshotAreaOptions, index: BlockIndex, saved: FileHandle) {
    this.#options = options;
    this.#index = index;
    this.#saved = saved;
  }

  /** An empty area: `freeze` makes it a snapshot. */
  static async create(options: SnapshotAreaOptions): Promise<SnapshotArea> {
    await mkdir(join(options.folder, 'kept'), { recursive: true });
    return SnapshotArea.#openParts(options);
  }

  /** One of an earlier process. Throws where it is not whole. */
  static async open(options: SnapshotAreaOptions): Promise<SnapshotArea> {
    const { folder, volumeFolder } = options;
    const entries = catalogueSchema.parse(JSON.parse(await readFile(join(folder, 'catalogue.json'), 'utf8')));
    const kept = new Set<number>();
    for (const name of await readdir(join(folder, 'kept'))) {
      const number = Number.parseInt(name, 10);
      const path = entries[number]?.path ?? '';
      if (await isStillThere(join(folder, 'kept', name), name, join(volumeFolder, path))) continue;
      kept.add(number);
    }
    const area = await SnapshotArea.#openParts(options);
    area.#files = filesOf(entries, kept);
    const keptBytes = [...area.#files.values()].map((file) => (file.isKept ? area.#unsavedBytes(file) : 0));
    try {
      area.#take(keptBytes.reduce((sum, bytes) => sum + bytes, area.#index.count * snapshotBlockBytes));
      return area;
    } catch (error) {
      await area.close();
      throw error;
    }
  }

  static async #openParts(options: SnapshotAreaOptions): Promise<SnapshotArea> {
    const index = await BlockIndex.open(join(options.folder, 'blocks.index'));
    const saved = await open(join(options.folder, 'blocks.data'), constants.O_RDWR | constants.O_CREAT);
    return new SnapshotArea(options, index, saved);
  }

  /** From now on it holds the volume as it is. Nothing of the volume may change meanwhile. */
  async freeze(): Promise<void> {
    this.#files = filesOf(await listFiles(this.#options.volumeFolder), new Set());
  }

  /** After this it can be opened again by another process. */
  async writeCatalogue(): Promise<void> {
    const entries = [...this.#files.values()].map(({ path, sizeBytes }) => ({ path, sizeBytes }));
    await writeFile(join(this.#options.folder, 'catalogue.json'), JSON.stringify(entries));
  }

  /** Before bytes `from` to `to` of a file become others. Never throws for reasons of the snapshot. */
  async preserve(key: string, from: number, to: number, readOld: ReadOld): Promise<void> {
    const file = this.#files.get(key);
    if (file === undefined || this.#missing(file, from, to).length === 0) return;
    await this.#saving.run(async () => {
      await this.#orGiveUp(async () => {
        const blocks = this.#missing(file, from, to);
        for (let at = 0; at < blocks.length; at += runBlocks)
          await this.#save(file, blocks.slice(at, at + runBlocks), readOld);
      });
    });
  }

  /** Before a file is removed: it gets a second name here. */
  async keep(key: string): Promise<void> {
    const file = this.#files.get(key);
    if (file === undefined) return;
    await this.#saving.run(async () => {
      if (file.isKept || this.#end !== undefined) return;
      await this.#orGiveUp(async () => {
        this.#take(this.#unsavedBytes(file));
        await link(join(this.#options.volumeFolder, file.path), this.#linkingPath(file));
        file.isKept = true;
      });
    });
  }

  /** The file is removed. */
  async kept(key: string): Promise<void> {
    const file = this.#files.get(key);
    if (file?.isKept !== true) return;
    await this.#saving.run(async () => {
      if (this.#end === undefined) await rename(this.#linkingPath(file), this.#keptPath(file)).catch(ignoreMissing);
    });
  }

  get isStanding(): boolean {
    return this.#end === undefined;
  }

  has(key: string): boolean {
    return this.#files.has(key);
  }

  /** A file as it was. `path` names it in errors: `vhdx.file-not-found`, and what the end of the snapshot was. */
  async openFile(key: string, path: string): Promise<FrozenFile> {
    this.assertStanding();
    const file = this.#files.get(key);
    if (file === undefined) throw new AppError('vhdx.file-not-found', { path });
    const old = await this.#openOld(file);
    const { number, sizeBytes } = file;
    return new FrozenFile({
      path,
      number,
      sizeBytes,
      index: this.#index,
      saved: this.#saved,
      old,
      assertStanding: () => this.assertStanding(),
    });
  }

  assertStanding(): void {
    if (this.#end instanceof AppError) throw this.#end;
    if (this.#end === 'deleted')
      throw new AppError('vhdx.file-unreadable', { path: this.#options.folder, reason: 'the snapshot was deleted' });
  }

  /** Ends it for everybody who reads it, and gives its room back. The files stay until `discard`. */
  end(as: AppError | 'deleted'): void {
    if (this.#end !== undefined) return;
    this.#end = as;
    this.#options.room.give(this.#takenBytes);
    this.#takenBytes = 0;
  }

  /** Waits for what is being saved and removes the folder. */
  async discard(): Promise<void> {
    this.end('deleted');
    await this.#saving.run(() => this.close());
    await rm(this.#options.folder, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.#index.close();
    await this.#saved.close();
  }

  async #orGiveUp(action: () => Promise<void>): Promise<void> {
    if (this.#end !== undefined) return;
    try {
      await action();
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      const reason = isAppError(error, 'vhdx.volume-full') ? 'its volume had no room left for the old data' : text;
      await this.#options.onLost(reason);
    }
  }

  /** Block first, then its index, then the change itself: whoever is killed in between has lost nothing. */
  async #save(file: CataloguedFile, blocks: readonly number[], readOld: ReadOld): Promise<void> {
    this.#take(blocks.length * snapshotBlockBytes);
    const bytes = new Uint8Array(blocks.length * snapshotBlockBytes);
    for (const [at, block] of blocks.entries()) {
      const from = block * snapshotBlockBytes;
      const length = Math.min(snapshotBlockBytes, file.sizeBytes - from);
      const target = bytes.subarray(at * snapshotBlockBytes, at * snapshotBlockBytes + length);
      if ((await readOld(target, from)) < length)
        throw new AppError('vhdx.file-unreadable', { path: file.path, reason: 'it ends too early' });
    }
    await writeFully(this.#saved, bytes, this.#index.count * snapshotBlockBytes);
    await this.#index.append(blocks.map((block) => ({ file: file.number, block })));
  }

  #missing(file: CataloguedFile, from: number, to: number): readonly number[] {
    if (file.isKept || this.#end !== undefined) return [];
    const missing: number[] = [];
    const end = Math.min(to, file.sizeBytes);
    for (let block = Math.floor(from / snapshotBlockBytes); block * snapshotBlockBytes < end; block += 1)
      if (from < end && this.#index.slotOf(file.number, block) === undefined) missing.push(block);
    return missing;
  }

  #unsavedBytes(file: CataloguedFile): number {
    const saved = [...this.#index.savedBlocksOf(file.number)].length;
    return Math.max(0, file.sizeBytes - saved * snapshotBlockBytes);
  }

  #take(bytes: number): void {
    this.#options.room.take(bytes);
    this.#takenBytes += bytes;
  }

  /** A file that is being removed changes its place between two looks; its content does not. */
  async #openOld(file: CataloguedFile): Promise<FileHandle> {
    const live = join(this.#options.volumeFolder, file.path);
    const places = [...(file.isKept ? [] : [live]), this.#linkingPath(file)];
    for (const place of places) {
      const handle = await open(place, 'r').catch(ignoreMissing);
      if (handle !== undefined) return handle;
    }
    return open(this.#keptPath(file), 'r');
  }

  #keptPath({ number }: CataloguedFile): string {
    return join(this.#options.folder, 'kept', `${number}`);
  }

  #linkingPath(file: CataloguedFile): string {
    return `${this.#keptPath(file)}.linking`;
  }
}

function filesOf(
  entries: readonly { readonly path: string; readonly sizeBytes: number }[],
  kept: ReadonlySet<number>,
): ReadonlyMap<string, CataloguedFile> {
  return new Map(
    entries.map((entry, number) => [keyOfFile(entry.path), { ...entry, number, isKept: kept.has(number) }]),
  );
}

/** Of a removal that was cut off: whether the file had its name still. If so, the second name goes; if not, it is kept. */
async function isStillThere(path: string, name: string, live: string): Promise<boolean> {
  if (!name.endsWith('.linking')) return false;
  const isThere = (await stat(live).catch(ignoreMissing)) !== undefined;
  await (isThere ? rm(path) : rename(path, path.slice(0, -'.linking'.length)));
  return isThere;
}

async function writeFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length)
    done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
