// What the library needs from the world: bytes at positions, and where disk files are found. Knows nothing of
// node:fs (local-files.ts adapts it) and nothing of backup.
import type { ParentLocator } from './format/parent-locator.ts';

/** Readable bytes of one disk file. Every structure is read through it, so that an overlay can be slid in between. */
export interface ByteSource {
  /** As given to `open`; it names the file in errors. */
  readonly path: string;
  sizeBytes(): Promise<number>;
  /** Fills `target` from `position`; returns the bytes read, fewer than asked only at the end of the file. */
  read(target: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}

export interface ByteStore extends ByteSource {
  /** Writes all of `data` or throws. Writing past the end grows the file; a gap reads as zeros. */
  write(data: Uint8Array, position: number): Promise<void>;
  /** Cuts or grows (with zeros) to exactly `sizeBytes`. */
  truncate(sizeBytes: number): Promise<void>;
  /** Returns when everything written is on stable storage. */
  flush(): Promise<void>;
}

/** Which entry of the parent locator led to a path; `beside` is the parent's base name in the child's own folder. */
export type ParentPathOrigin = 'relative' | 'volume' | 'absolute' | 'beside';

/** Why a parent path is not followed without the user's word. The path stands in the disk file, so it is hostile. */
export type ParentPathDanger = 'outside-folder' | 'network' | 'device';

export interface ParentCandidate {
  readonly path: string;
  readonly origin: ParentPathOrigin;
  /** Set when this path must not be opened; the others are still tried. */
  readonly refused?: ParentPathDanger;
}

/** The user's word on a dangerous parent path. Without one every dangerous path is refused. */
export type AllowParentPath = (path: string, danger: ParentPathDanger) => boolean;

/** Where disk files are found, and how parent paths are understood: a host's Windows paths, or this machine's own. */
export interface VhdxFiles {
  /** Errors: `vhdx.file-not-found`, `vhdx.file-unreadable`. */
  open(path: string): Promise<ByteSource>;
  /** In the order of trial: relative, volume, absolute, beside the child. */
  parentCandidates(childPath: string, locator: ParentLocator): readonly ParentCandidate[];
  /** The same text for the same file whatever its name, so that a loop of parents is seen. */
  identity(path: string): Promise<string>;
}

/** Files that can also be opened for writing. */
export interface WritableVhdxFiles extends VhdxFiles {
  openWritable(path: string): Promise<ByteStore>;
}
