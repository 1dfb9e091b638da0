// A storage that fails where the test says: a full disk, a process killed between two writes.
import { AppError } from '../../../shared/errors/app-error.ts';
import { type RepositoryFile, type RepositoryFileKind, type RepositoryStorage, type StoredFile } from '../index.ts';

export class Killed extends Error {}

/** `full`: that one write finds no space. `killed`: from that change on nothing happens any more. */
export interface Fault {
  readonly kind: 'full' | 'killed';
  readonly atChange: number;
}

export class FaultyStorage implements RepositoryStorage {
  readonly location: string;
  readonly #inner: RepositoryStorage;
  readonly #fault: Fault | undefined;
  changes = 0;

  constructor(inner: RepositoryStorage, fault?: Fault) {
    this.location = inner.location;
    this.#inner = inner;
    this.#fault = fault;
  }

  prepare(): Promise<void> {
    return this.#inner.prepare();
  }

  list(kind: RepositoryFileKind): Promise<readonly StoredFile[]> {
    return this.#inner.list(kind);
  }

  exists(file: RepositoryFile): Promise<boolean> {
    return this.#inner.exists(file);
  }

  read(file: RepositoryFile, maxBytes: number): Promise<Uint8Array> {
    return this.#inner.read(file, maxBytes);
  }

  readRange(file: RepositoryFile, offsetBytes: number, target: Uint8Array): Promise<void> {
    return this.#inner.readRange(file, offsetBytes, target);
  }

  async writeAtomic(file: RepositoryFile, parts: readonly Uint8Array[]): Promise<void> {
    this.#change(true);
    await this.#inner.writeAtomic(file, parts);
  }

  async remove(file: RepositoryFile): Promise<void> {
    this.#change(false);
    await this.#inner.remove(file);
  }

  #change(isWrite: boolean): void {
    this.changes += 1;
    if (this.#fault?.kind === 'killed' && this.changes >= this.#fault.atChange) throw new Killed('process killed here');
    const isFull = this.#fault?.kind === 'full' && this.changes === this.#fault.atChange && isWrite;
    if (isFull) throw new AppError('repository.disk-full', { location: this.location });
  }
}
