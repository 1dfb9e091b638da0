// A chain whose leaf is open for reading and writing. Writes go one after the other; reads may run beside them.
import { randomUUID } from 'node:crypto';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { ChainMember, DiskType, OwnRange, WritableDisk } from '../disk.ts';
import type { ByteStore, WritableVhdxFiles } from '../files.ts';
import type { Guid } from '../format/guid.ts';
import { encodeLinkage, findLinkage, type LinkageKey } from '../format/parent-locator.ts';
import { describeMember, leafOf } from '../open-disk.ts';
import { ChainMap, type Stretch } from '../read/chain-map.ts';
import { mergeStretches } from '../read/merge-stretches.ts';
import { openChain, type ChainLink, type ChainOptions } from '../read/open-chain.ts';
import { ChainReader, checkRange } from '../read/read-chain.ts';
import { BlockWriter } from './block-writer.ts';
import { HeaderKeeper } from './header-keeper.ts';

export interface WritableDiskOptions extends ChainOptions {
  /** Source of FileWriteGuid and DataWriteGuid; random by default. */
  readonly newGuid?: () => Guid;
}

/** Errors: as openDisk, and `vhdx.file-unwritable`, `vhdx.volume-full` while writing. */
export async function openWritableDisk(
  path: string,
  files: WritableVhdxFiles,
  options: WritableDiskOptions = {},
): Promise<WritableDisk> {
  const store = await files.openWritable(path);
  const links = await openChain(store, files, options);
  return new WritableLeaf(store, links, options.newGuid ?? randomUUID);
}

class WritableLeaf implements WritableDisk {
  readonly path: string;
  readonly type: DiskType;
  readonly sizeBytes: number;
  readonly blockSizeBytes: number;
  readonly logicalSectorSizeBytes: 512 | 4096;
  readonly physicalSectorSizeBytes: 512 | 4096;
  readonly virtualDiskId: Guid;
  readonly #store: ByteStore;
  readonly #links: readonly ChainLink[];
  readonly #map: ChainMap;
  readonly #reader: ChainReader;
  readonly #headers: HeaderKeeper;
  readonly #blocks: BlockWriter;
  readonly #newGuid: () => Guid;
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(store: ByteStore, links: readonly ChainLink[], newGuid: () => Guid) {
    const leaf = leafOf(links);
    const { parameters } = leaf;
    this.path = store.path;
    this.type = parameters.type;
    this.sizeBytes = parameters.sizeBytes;
    this.blockSizeBytes = parameters.blockSizeBytes;
    this.logicalSectorSizeBytes = parameters.logicalSectorSizeBytes;
    this.physicalSectorSizeBytes = parameters.physicalSectorSizeBytes;
    this.virtualDiskId = parameters.virtualDiskId;
    this.#store = store;
    this.#links = links;
    this.#map = new ChainMap(links.map((link) => link.member));
    this.#reader = new ChainReader(
      this.#map,
      links.map((link) => link.member.source),
    );
    this.#headers = new HeaderKeeper(store, leaf.start.current, newGuid);
    this.#blocks = new BlockWriter(store, leaf);
    this.#newGuid = newGuid;
  }

  get dataWriteGuid(): Guid {
    return this.#headers.header.dataWriteGuid;
  }

  get fileWriteGuid(): Guid {
    return this.#headers.header.fileWriteGuid;
  }

  get fileSizeBytes(): number {
    return this.#blocks.fileSizeBytes;
  }

  get members(): readonly ChainMember[] {
    const { dataWriteGuid, fileWriteGuid, sequenceNumber } = this.#headers.header;
    const leaf = { fileSizeBytes: this.fileSizeBytes, dataWriteGuid, fileWriteGuid, sequenceNumber };
    return this.#links.map((link, depth) => ({ ...describeMember(link), ...(depth === 0 ? leaf : {}) }));
  }

  async read(target: Uint8Array, offset: number): Promise<void> {
    checkRange(this.path, this.sizeBytes, offset, target.length);
    await this.#reader.read(target, offset);
  }

  async write(data: Uint8Array, offset: number): Promise<void> {
    checkRange(this.path, this.sizeBytes, offset, data.length);
    if (data.length === 0) return;
    await this.#inOrder(async () => {
      await this.#headers.announceContentChange();
      await this.#writeBlocks(...(await this.#wholeSectors(data, offset)));
    });
  }

  ownRanges(): AsyncIterable<OwnRange> {
    return ownRangesOf(mergeStretches(0, this.sizeBytes, (at, end) => this.#map.ownStretchAt(0, at, end)));
  }

  async renewDataWriteGuid(guid: Guid = this.#newGuid()): Promise<Guid> {
    await this.#inOrder(() => this.#headers.renewDataWriteGuid(guid));
    return guid;
  }

  async setParentLinkage(guid: Guid): Promise<void> {
    await this.#inOrder(() => this.#setLinkage('parent_linkage', guid));
  }

  async setParentLinkage2(guid: Guid): Promise<void> {
    await this.#inOrder(() => this.#setLinkage('parent_linkage2', guid));
  }

  async flush(): Promise<void> {
    await this.#inOrder(() => this.#store.flush());
  }

  async close(): Promise<void> {
    // Whether the last write failed was said to whoever asked for it.
    await this.#lastWrite.catch(() => undefined);
    await Promise.all(this.#links.map((link) => link.member.source.close()));
  }

  /** Runs `action` when all before it have ended, however they ended. */
  async #inOrder<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#lastWrite.then(action, action);
    this.#lastWrite = result;
    return result;
  }

  async #writeBlocks(data: Uint8Array, offset: number): Promise<void> {
    for (let done = 0; done < data.length;) {
      const block = Math.floor((offset + done) / this.blockSizeBytes);
      const within = offset + done - block * this.blockSizeBytes;
      const lengthBytes = Math.min(data.length - done, this.blockSizeBytes - within);
      await this.#blocks.write(block, within, data.subarray(done, done + lengthBytes));
      done += lengthBytes;
    }
  }

  /** A sector bitmap knows whole sectors only: over a parent, the rest of a first and last sector comes from below. */
  async #wholeSectors(data: Uint8Array, offset: number): Promise<[Uint8Array, number]> {
    const sector = this.logicalSectorSizeBytes;
    const before = offset % sector;
    const after = (sector - ((offset + data.length) % sector)) % sector;
    if (this.type !== 'differencing' || (before === 0 && after === 0)) return [data, offset];
    const whole = new Uint8Array(before + data.length + after);
    await this.#reader.read(whole.subarray(0, sector), offset - before);
    await this.#reader.read(whole.subarray(whole.length - sector), offset + data.length + after - sector);
    whole.set(data, before);
    return [whole, offset - before];
  }

  async #setLinkage(key: LinkageKey, guid: Guid): Promise<void> {
    const { parent } = leafOf(this.#links);
    const at = parent === undefined ? undefined : findLinkage(parent.bytes, key);
    if (parent === undefined || at === undefined)
      throw new AppError('vhdx.not-writable', { path: this.path, reason: `It has no place for a ${key}` });
    await this.#headers.announceFileChange();
    await this.#store.write(encodeLinkage(guid), parent.position + at);
  }
}

async function* ownRangesOf(
  ranges: AsyncIterable<{
    readonly offset: number;
    readonly lengthBytes: number;
    readonly kind: Stretch['kind'] | 'inherited';
  }>,
): AsyncGenerator<OwnRange, void, undefined> {
  for await (const { offset, lengthBytes, kind } of ranges)
    if (kind === 'allocated' || kind === 'zero') yield { offset, lengthBytes, kind };
}
