// The repository's public model: what callers give, what they get back. Snapshot, tree, blob and pack are restic's
// words; nothing here knows what the files are of.

import { type AppError } from '../../shared/errors/app-error.ts';

/** SHA-256 of a blob's plaintext: 64 lower-case hex digits. */
export type BlobId = string;
/** SHA-256 of a snapshot file: 64 lower-case hex digits. */
export type SnapshotId = string;
export type LockId = string;
export type KeyId = string;

/** Time as a dependency, so that tests need not wait. */
export interface RepositoryClock {
  nowMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Who we are, for locks, keys and snapshots. `isProcessRunning` asks about a process on this same host. */
export interface RepositoryHost {
  readonly hostname: string;
  readonly username: string;
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
  isProcessRunning(pid: number): boolean;
}

/** What a guess at a password costs: 128 * n * r bytes of memory, and time with n * r * p. */
export interface ScryptCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

export interface RepositoryDeps {
  /** Entry of the worker threads: `repositoryWorkerSourceUrl` when run from source, the bundled file otherwise. */
  readonly workerUrl: URL;
  readonly clock: RepositoryClock;
  readonly host: RepositoryHost;
  /** Worker threads; the number of processors (at most 8) when absent. */
  readonly workers?: number;
  readonly zstdLevel?: number;
  /** For new keys; restic's N and r, and p = 5, when absent. Cheaper ones are for tests. */
  readonly scryptCost?: ScryptCost;
}

export interface FileNode {
  readonly type: 'file';
  readonly name: string;
  /** Permission bits. */
  readonly mode: number;
  readonly modifiedAtMs: number;
  readonly sizeBytes: number;
  readonly content: readonly BlobId[];
}

export interface DirectoryNode {
  readonly type: 'dir';
  readonly name: string;
  readonly mode: number;
  readonly modifiedAtMs: number;
  readonly subtree: BlobId;
}

/** Links, devices and the like, which other programs may have stored: shown, never followed. */
export interface OtherNode {
  readonly type: 'other';
  readonly name: string;
  readonly kind: string;
}

export type TreeNode = FileNode | DirectoryNode | OtherNode;
/** What a writer can store. */
export type NewNode = FileNode | DirectoryNode;

export interface Snapshot {
  readonly id: SnapshotId;
  readonly takenAtMs: number;
  readonly tree: BlobId;
  readonly parent?: SnapshotId;
  readonly paths: readonly string[];
  readonly hostname: string;
  readonly username: string;
  readonly tags: readonly string[];
  readonly programVersion?: string;
}

export interface SnapshotFilter {
  /** Only snapshots that carry all of these. */
  readonly tags?: readonly string[];
  /** Told of each snapshot file that cannot be trusted; without it, the first one rejects the listing. */
  readonly onDamaged?: (error: AppError<'repository.damaged-file'>) => void;
}

export interface NewSnapshot {
  readonly takenAtMs: number;
  readonly tree: BlobId;
  readonly parent?: SnapshotId;
  /** Absolute paths, with slashes, inside the tree. */
  readonly paths: readonly string[];
  /** The machine the data is of; ours when absent. */
  readonly hostname?: string;
  readonly username?: string;
  readonly tags?: readonly string[];
  readonly programVersion?: string;
}

export interface StoredChunk {
  readonly id: BlobId;
  readonly lengthBytes: number;
  /** What this call added to the repository: 0 when the content was there already. */
  readonly storedBytes: number;
  readonly isNew: boolean;
}

export interface Lock {
  readonly id: LockId;
  readonly createdAtMs: number;
  readonly isExclusive: boolean;
  readonly hostname: string;
  readonly username: string;
  readonly pid: number;
  /** By restic's rule: older than 30 minutes, or of a process of this host that is gone. */
  readonly isStale: boolean;
}

export interface PasswordKey {
  readonly id: KeyId;
  readonly createdAtMs: number;
  readonly hostname: string;
  readonly username: string;
  /** The key this repository was opened with. */
  readonly isCurrent: boolean;
}

/** A damaged or missing piece, and what hangs on it. */
export interface Damage {
  readonly kind: 'missing' | 'damaged';
  /** The file of the repository, for example `data 12ab...`; for a missing blob the blob. */
  readonly object: string;
  readonly reason: string;
  readonly blob?: BlobId;
  /** Path inside the snapshot and offset in that file, where the object is part of one. */
  readonly path?: string;
  readonly offsetBytes?: number;
  readonly lengthBytes?: number;
}

export interface ReadProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface ReadOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ReadProgress) => void;
}

export interface VerifyResult {
  readonly isIntact: boolean;
  /** At most 10 000 entries; `damageCount` is the full number. */
  readonly damages: readonly Damage[];
  readonly damageCount: number;
  readonly files: number;
  /** Content bytes of all files, duplicates included. */
  readonly contentBytes: number;
  /** Distinct blobs read, decrypted and hashed. */
  readonly checkedBlobs: number;
  readonly checkedBytes: number;
}

export interface CheckResult {
  readonly isIntact: boolean;
  readonly damages: readonly Damage[];
  readonly damageCount: number;
  readonly snapshots: number;
  readonly packs: number;
  readonly blobs: number;
  /** Packs that no index names: harmless, left by an interrupted run. */
  readonly unreferencedPacks: number;
}

/** Where a restored file goes. `data` is valid until the returned promise settles. */
export interface RestoreTarget {
  write(data: Uint8Array, positionBytes: number): Promise<void>;
  /** Sets the size. Called first, so that unwritten ranges are holes. */
  truncate(sizeBytes: number): Promise<void>;
}

export interface RestoreOptions extends ReadOptions {
  /** True when the target holds nothing yet: ranges of zeros are then left unwritten. */
  readonly isFresh?: boolean;
}

export interface RestoreResult {
  readonly sizeBytes: number;
  /** Bytes handed to the target; the rest are holes. */
  readonly writtenBytes: number;
}

/** A stored file, readable at any place. Holds no handle: there is nothing to close. */
export interface OpenStoredFile {
  readonly sizeBytes: number;
  /** Fills `target` from `positionBytes`; returns the bytes read, fewer than asked only at the end of the file. */
  read(target: Uint8Array, positionBytes: number): Promise<number>;
}

export interface WriterStats {
  readonly newBlobs: number;
  readonly knownBlobs: number;
  /** Plaintext bytes of all chunks put. */
  readonly contentBytes: number;
  /** Plaintext bytes of the new ones. */
  readonly newBytes: number;
  /** What was added to the repository, encrypted and compressed. */
  readonly storedBytes: number;
}

export interface WriterOptions {
  /** Largest chunk, 4 KiB to 8 MiB; 1 MiB when absent. */
  readonly chunkSizeBytes?: number;
  /** How many chunks may be under way; bounds memory. Four per worker when absent. */
  readonly bufferCount?: number;
  /** Told the id of each lock file *before* it is written, so that the caller can journal it. */
  readonly onLock?: (id: LockId) => void | Promise<void>;
  /** Ends the writer: everything pending rejects with the signal's reason. `close()` still has to be called. */
  readonly signal?: AbortSignal;
}

/**
 * Adds to a repository under a non-exclusive lock. The first failure (disk full, lock lost) is kept: everything after
 * it rejects with the same error, and nothing becomes visible.
 */
export interface RepositoryWriter {
  readonly chunkSizeBytes: number;
  readonly stats: WriterStats;
  /** Shared memory of `sizeBytes` (`chunkSizeBytes`, the largest, when absent); waits while all are in use. Give it back by `putChunk` or `releaseBuffer`. */
  acquireBuffer(sizeBytes?: number): Promise<Uint8Array>;
  releaseBuffer(buffer: Uint8Array): void;
  /** Stores the first `lengthBytes` of the buffer and takes the buffer back. Durable only after `flush`. */
  putChunk(buffer: Uint8Array, lengthBytes: number): Promise<StoredChunk>;
  /** A chunk of zeros, without anyone filling a buffer. */
  putZeros(lengthBytes: number): Promise<StoredChunk>;
  /** Stores a small file's bytes, cut into chunks; returns the node's content. */
  putBytes(bytes: Uint8Array): Promise<readonly StoredChunk[]>;
  /** Stores a folder; names must be unique, the order does not matter. */
  saveTree(nodes: readonly NewNode[]): Promise<BlobId>;
  /** Resolves when every pack, and then the index of them, is durable. */
  flush(): Promise<void>;
  /** Flushes, then makes the snapshot visible, durably. */
  commitSnapshot(snapshot: NewSnapshot): Promise<SnapshotId>;
  /** Waits for what is under way, then removes the lock. Never throws away a snapshot. Safe to call twice. */
  close(): Promise<void>;
}

export interface Repository {
  readonly id: string;
  readonly location: string;
  /** Newest last. */
  listSnapshots(filter?: SnapshotFilter): Promise<readonly Snapshot[]>;
  /** By id or unique beginning of it. */
  findSnapshot(idOrPrefix: string): Promise<Snapshot>;
  readTree(id: BlobId): Promise<readonly TreeNode[]>;
  /** The node at an absolute path with slashes, for example `/vm/disks/0.vhdx`. */
  findNode(snapshot: Snapshot, path: string): Promise<TreeNode>;
  readBlob(id: BlobId): Promise<Uint8Array>;
  /** The file's bytes in order, read ahead. A chunk is valid until the next one is asked for. */
  readFile(node: FileNode, options?: ReadOptions): AsyncIterable<Uint8Array>;
  openFile(node: FileNode): Promise<OpenStoredFile>;
  restoreFile(node: FileNode, target: RestoreTarget, options?: RestoreOptions): Promise<RestoreResult>;
  /** Re-reads, decrypts and hashes every blob of the snapshot. Damage is the result, not an exception. */
  verifySnapshot(idOrPrefix: string, options?: ReadOptions): Promise<VerifyResult>;
  /** Structure of the whole repository: packs present and as their index says, every snapshot's trees reachable. */
  check(options?: ReadOptions): Promise<CheckResult>;
  /** Reads the indexes again: what other programs added since. */
  reload(): Promise<void>;
  openWriter(options?: WriterOptions): Promise<RepositoryWriter>;
  addPassword(password: string): Promise<KeyId>;
  listPasswords(): Promise<readonly PasswordKey[]>;
  /** Refuses the key in use and so never removes the last one. */
  removePassword(id: KeyId): Promise<void>;
  listLocks(): Promise<readonly Lock[]>;
  /** Removes locks by restic's rule of staleness; returns what was removed. */
  removeStaleLocks(): Promise<readonly Lock[]>;
  removeLock(id: LockId): Promise<void>;
  /** Ends the worker threads. Writers must be closed before. */
  close(): Promise<void>;
}
