// Who has which file open: a file that the VM or a merge writes to is closed to readers of the host, and a merge waits
// for readers of the file it wants to write (Windows' sharing violation, 0x80070020).
export class OpenFiles {
  readonly #readers = new Map<string, number>();
  readonly #writers = new Map<string, number>();

  /** Returns what ends it; safe to call twice. */
  addReader(localPath: string): () => void {
    return add(this.#readers, localPath);
  }

  addWriter(localPath: string): () => void {
    return add(this.#writers, localPath);
  }

  hasReaders(localPath: string): boolean {
    return this.#readers.has(localPath);
  }

  hasWriters(localPath: string): boolean {
    return this.#writers.has(localPath);
  }
}

function add(counts: Map<string, number>, path: string): () => void {
  counts.set(path, (counts.get(path) ?? 0) + 1);
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    const left = (counts.get(path) ?? 0) - 1;
    if (left > 0) counts.set(path, left);
    else counts.delete(path);
  };
}
