// One open repository for everybody who only reads: opening it means deriving a key from the password, which takes as
// long as it is meant to. Holds no lock. Sees to it that it is still the repository that was opened, and that it is
// closed only when nobody is reading any more.
import type { Repository } from '../repository/index.ts';

export interface SharedRepositoryOptions {
  readonly open: () => Promise<Repository>;
  /** Differs when another repository stands in its place. */
  readonly fingerprint: () => Promise<string>;
}

interface Opened {
  readonly repository: Repository;
  readonly fingerprint: string;
}

interface Entry {
  readonly opening: Promise<Opened>;
  readers: number;
  /** Set when it is not given out any more: called by the last reader. */
  onLastReader?: () => void;
}

export class SharedRepository {
  readonly #options: SharedRepositoryOptions;
  readonly #retiring = new Set<Promise<void>>();
  #current: Entry | undefined;

  constructor(options: SharedRepositoryOptions) {
    this.#options = options;
  }

  async use<T>(work: (repository: Repository) => Promise<T>): Promise<T> {
    // Where it cannot be looked at, whoever opens it anew is told why.
    const fingerprint = await this.#options.fingerprint().catch(() => undefined);
    const known = this.#current;
    if (known !== undefined && !(await isStill(known, fingerprint)) && known === this.#current) this.letGo();
    const entry = (this.#current ??= { opening: this.#open(), readers: 0 });
    entry.readers += 1;
    try {
      const { repository } = await entry.opening;
      return await work(repository);
    } catch (error) {
      // One that could not be opened is tried again by the next.
      if (entry === this.#current && !(await isOpen(entry))) this.#current = undefined;
      throw error;
    } finally {
      entry.readers -= 1;
      if (entry.readers === 0) entry.onLastReader?.();
    }
  }

  /** The next use opens it anew. It is closed when its last reader is gone. */
  letGo(): void {
    const entry = this.#current;
    this.#current = undefined;
    if (entry === undefined) return;
    const retired = retire(entry);
    this.#retiring.add(retired);
    void retired.finally(() => this.#retiring.delete(retired));
  }

  /** Resolves when everything is closed. */
  async close(): Promise<void> {
    this.letGo();
    await Promise.all(this.#retiring);
  }

  async #open(): Promise<Opened> {
    const repository = await this.#options.open();
    try {
      return { repository, fingerprint: await this.#options.fingerprint() };
    } catch (error) {
      await repository.close();
      throw error;
    }
  }
}

async function isStill({ opening }: Entry, fingerprint: string | undefined): Promise<boolean> {
  return opening.then(
    (opened) => opened.fingerprint === fingerprint,
    () => false,
  );
}

function isOpen({ opening }: Entry): Promise<boolean> {
  return opening.then(
    () => true,
    () => false,
  );
}

async function retire(entry: Entry): Promise<void> {
  if (entry.readers > 0) {
    await new Promise<void>((resolve) => {
      entry.onLastReader = resolve;
    });
  }
  // One that could not be opened has told who wanted it, and needs no closing.
  const opened = await entry.opening.catch(() => undefined);
  // What it was opened for is done; threads that will not end say nothing about the repository.
  await opened?.repository.close().catch(() => undefined);
}
