// Verification of one snapshot: every blob it needs is read, decrypted and hashed, once, and whatever fails is named
// by file and offset.
import { AppError } from '../../shared/errors/app-error.ts';
import { type BlobReader } from './blob-reader.ts';
import { type BlobEntry, type BlobTable } from './blob-table.ts';
import { breathe } from './concurrency.ts';
import { DamageList } from './damage-list.ts';
import { plainBytesOf } from './format/pack-header.ts';
import { type FileNode, type ReadOptions, type Snapshot, type VerifyResult } from './model.ts';
import { type RepositoryCore } from './repository-core.ts';
import { assertPresent } from './repository-storage.ts';
import { walkTrees } from './walk-trees.ts';

const chunksPerBatch = 2048;

export async function verifySnapshot(
  core: RepositoryCore,
  reader: BlobReader,
  snapshot: Snapshot,
  options: ReadOptions = {},
): Promise<VerifyResult> {
  const damages = new DamageList();
  const table = await core.index.reload((error) => damages.addError(error));
  const verification = new Verification(core, reader, table, damages, options);
  return verification.run(snapshot);
}

class Verification {
  readonly #core: RepositoryCore;
  readonly #reader: BlobReader;
  readonly #table: BlobTable;
  readonly #damages: DamageList;
  readonly #options: ReadOptions;
  readonly #checked: Uint8Array;
  readonly #failed = new Map<BlobEntry, AppError>();
  #totalBytes = 0;
  #contentBytes = 0;
  #checkedBlobs = 0;
  #checkedBytes = 0;
  #files = 0;

  constructor(core: RepositoryCore, reader: BlobReader, table: BlobTable, damages: DamageList, options: ReadOptions) {
    this.#core = core;
    this.#reader = reader;
    this.#table = table;
    this.#damages = damages;
    this.#options = options;
    this.#checked = new Uint8Array(Math.ceil(table.count / 8));
  }

  async run(snapshot: Snapshot): Promise<VerifyResult> {
    const signal = this.#options.signal && { signal: this.#options.signal };
    // The first walk finds how much there is to do, and verifies the folders themselves.
    const trees = new Set<string>();
    await walkTrees(this.#reader, this.#table, snapshot.tree, {
      visited: trees,
      ...signal,
      onFile: async (_path, node) => {
        this.#totalBytes += node.sizeBytes;
        this.#files += 1;
      },
      onDamage: (path, error) => this.#damages.addError(error, { path }),
    });
    await walkTrees(this.#reader, this.#table, snapshot.tree, {
      visited: new Set(),
      ...signal,
      onFile: (path, node) => this.#verifyFile(path, node),
      onDamage: () => undefined,
    });
    // A drive that went away meanwhile is no damage.
    if (this.#damages.count > 0) await assertPresent(this.#core.storage);
    return {
      isIntact: this.#damages.count === 0,
      damages: this.#damages.damages,
      damageCount: this.#damages.count,
      files: this.#files,
      contentBytes: this.#contentBytes,
      checkedBlobs: this.#checkedBlobs + trees.size,
      checkedBytes: this.#checkedBytes,
    };
  }

  async #verifyFile(path: string, node: FileNode): Promise<void> {
    let offset = 0;
    for (let at = 0; at < node.content.length; at += chunksPerBatch) {
      this.#options.signal?.throwIfAborted();
      offset = await this.#verifyBatch(path, node.content.slice(at, at + chunksPerBatch), offset);
      await breathe();
    }
    if (offset === node.sizeBytes) return;
    const reason = `its chunks have ${offset} bytes, its folder says ${node.sizeBytes}`;
    this.#damages.add({ kind: 'damaged', object: `file ${path}`, reason, path });
  }

  /** Returns the offset behind the batch. A missing chunk's length is unknown and counts as nothing. */
  async #verifyBatch(path: string, ids: readonly string[], start: number): Promise<number> {
    const entries = ids.map((id) => this.#table.find('data', id));
    const fresh = new Set(entries.filter((entry) => entry !== undefined && !this.#isChecked(entry)));
    await this.#verifyEntries([...fresh].filter((entry) => entry !== undefined));
    let offset = start;
    for (const [i, entry] of entries.entries()) {
      if (entry === undefined) this.#reportMissing(path, offset, ids[i] ?? '');
      else {
        const lengthBytes = plainBytesOf(this.#table.blob(entry));
        const error = this.#failed.get(entry);
        if (error !== undefined) this.#damages.addError(error, { path, offsetBytes: offset, lengthBytes });
        offset += lengthBytes;
      }
    }
    this.#contentBytes += offset - start;
    this.#options.onProgress?.({ doneBytes: this.#contentBytes, totalBytes: this.#totalBytes });
    return offset;
  }

  async #verifyEntries(entries: readonly BlobEntry[]): Promise<void> {
    const signal = this.#options.signal && { signal: this.#options.signal };
    let doneBytes = this.#contentBytes;
    await this.#reader.visitAll(this.#table, entries, {
      wantsBytes: false,
      ...signal,
      visit: async ({ entry, outcome }) => {
        this.#markChecked(entry);
        const lengthBytes = plainBytesOf(this.#table.blob(entry));
        this.#checkedBlobs += 1;
        this.#checkedBytes += lengthBytes;
        if (!outcome.isOpen) this.#failed.set(entry, outcome.error);
        doneBytes += lengthBytes;
        this.#options.onProgress?.({ doneBytes, totalBytes: this.#totalBytes });
      },
    });
  }

  #reportMissing(path: string, offsetBytes: number, blob: string): void {
    const params = { location: this.#core.storage.location, blob };
    this.#damages.addError(new AppError('repository.blob-missing', params), { path, offsetBytes });
  }

  #isChecked(entry: BlobEntry): boolean {
    return ((this.#checked[entry >>> 3] ?? 0) & (1 << (entry & 7))) !== 0;
  }

  #markChecked(entry: BlobEntry): void {
    this.#checked[entry >>> 3] = (this.#checked[entry >>> 3] ?? 0) | (1 << (entry & 7));
  }
}
