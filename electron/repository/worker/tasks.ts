// What the worker threads do, as types: the pool and the entry are checked against the same table. Byte arrays named
// `input`, `output` or `body` may be shared memory.
import { type FlatIndex } from '../format/index-codec.ts';
import { type PackedBlob } from '../format/pack-header.ts';
import { type RawTree } from '../format/tree-codec.ts';

/** A task's answer where damage is possible: the worker tells the reason, the caller knows the names. */
export type Opened<T> =
  { readonly isOpen: true; readonly value: T } | { readonly isOpen: false; readonly reason: string };

export interface BlobLocation {
  /** The sealed blob. */
  readonly input: Uint8Array;
  readonly id: string;
  /** 0 for a blob stored uncompressed. */
  readonly uncompressedBytes: number;
}

export interface WorkerTasks {
  /** SHA-256 of a chunk. */
  hashChunk(task: { readonly input: Uint8Array }): string;
  /** Compresses (if that gains) and seals `input` into `output`, whose size is at least input + 32. */
  sealBlob(task: {
    readonly key: Uint8Array;
    readonly input: Uint8Array;
    readonly output: Uint8Array;
    readonly level: number;
  }): {
    readonly sealedBytes: number;
    readonly uncompressedBytes: number;
  };
  /** The header that closes a pack, and the pack's id. */
  finishPack(task: { readonly key: Uint8Array; readonly body: Uint8Array; readonly blobs: readonly PackedBlob[] }): {
    readonly id: string;
    readonly tail: Uint8Array;
  };
  /** Checks, decrypts, decompresses, hashes; the plaintext goes to `output` where one is given. */
  openBlob(task: BlobLocation & { readonly key: Uint8Array; readonly output?: Uint8Array }): Opened<number>;
  openTree(task: BlobLocation & { readonly key: Uint8Array }): Opened<RawTree>;
  encodeIndex(task: { readonly key: Uint8Array; readonly index: FlatIndex }): {
    readonly id: string;
    readonly bytes: Uint8Array;
  };
  decodeIndex(task: { readonly key: Uint8Array; readonly id: string; readonly bytes: Uint8Array }): Opened<FlatIndex>;
}

export type TaskName = keyof WorkerTasks;
export type TaskInput<N extends TaskName> = Parameters<WorkerTasks[N]>[0];
export type TaskResult<N extends TaskName> = ReturnType<WorkerTasks[N]>;
