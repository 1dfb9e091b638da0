// Making files on this machine: what a restore writes. A file is under its name whole or not at all.

/** A file in the making, under a temporary name beside its place. Exactly one of `commit` and `discard` ends it. */
export interface NewFile {
  /** The name it will have. */
  readonly path: string;
  /** `data` is not kept. Errors of both: `file.disk-full`, `file.not-writable`. */
  write(data: Uint8Array, positionBytes: number): Promise<void>;
  /** Sets the size; what is never written reads as zeros. */
  truncate(sizeBytes: number): Promise<void>;
  /** Everything written would survive a power cut. */
  flush(): Promise<void>;
  /** Gives the file its name, durably. Without `isOverwriting` rejects with `restore.file-exists` where there is one. */
  commit(options: { readonly isOverwriting: boolean }): Promise<void>;
  /** Removes it. Never rejects: it is called while something else has already failed. */
  discard(): Promise<void>;
}

export interface NewFiles {
  /** Whether anything has this name. */
  exists(path: string): Promise<boolean>;
  /** Begins a file; makes its folder if there is none. Errors: `file.not-writable`, `file.disk-full`. */
  create(path: string): Promise<NewFile>;
}
