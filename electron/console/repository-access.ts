// Which repository is in use, and its password while this process lives. The engine and the handlers open it through
// here; nobody else knows the password.
import { AppError } from '../../shared/errors/app-error.ts';
import type { RepositoryView } from '../../shared/ipc/views.ts';
import type { RepositorySource } from '../engine/index.ts';
import type { Repository } from '../repository/index.ts';

export interface RepositoryOpener {
  open(location: string, password: string): Promise<Repository>;
  init(location: string, password: string): Promise<Repository>;
}

export interface RepositoryChoice {
  readonly location: string;
  readonly password?: string | undefined;
}

export interface RepositoryAccessOptions {
  readonly opener: RepositoryOpener;
  /** What was chosen at an earlier time, or given with this start. */
  readonly choice?: RepositoryChoice | undefined;
  /** Told when another one has been chosen and opened. */
  readonly onChosen: (location: string) => Promise<void>;
}

export class RepositoryAccess implements RepositorySource {
  readonly #opener: RepositoryOpener;
  readonly #onChosen: (location: string) => Promise<void>;
  #choice: RepositoryChoice | undefined;

  constructor({ opener, choice, onChosen }: RepositoryAccessOptions) {
    this.#opener = opener;
    this.#choice = choice;
    this.#onChosen = onChosen;
  }

  /** Empty while none is chosen. */
  get location(): string {
    return this.#choice?.location ?? '';
  }

  get view(): RepositoryView {
    const { location, password } = this.#choice ?? {};
    return { ...(location === undefined ? {} : { location }), hasPassword: password !== undefined };
  }

  /** @throws AppError `console.no-repository`, `console.no-password` */
  assertChosen(): { readonly location: string; readonly password: string } {
    if (this.#choice === undefined) throw new AppError('console.no-repository', {});
    const { location, password } = this.#choice;
    if (password === undefined) throw new AppError('console.no-password', { location });
    return { location, password };
  }

  /** The caller closes it. @throws AppError as `assertChosen`, and of `repository.*` */
  async open(): Promise<Repository> {
    const { location, password } = this.assertChosen();
    return this.#opener.open(location, password);
  }

  /** Opens it for the length of `work`. */
  async use<T>(work: (repository: Repository) => Promise<T>): Promise<T> {
    const repository = await this.open();
    try {
      return await work(repository);
    } finally {
      await repository.close();
    }
  }

  /** Makes a new one and chooses it. Errors: `repository.already-exists`, `repository.not-writable` ... */
  async init(location: string, password: string): Promise<void> {
    const repository = await this.#opener.init(location, password);
    await repository.close();
    await this.#choose(location, password);
  }

  /** Chooses an existing one, once the password has opened it. */
  async choose(location: string, password: string): Promise<void> {
    const repository = await this.#opener.open(location, password);
    await repository.close();
    await this.#choose(location, password);
  }

  async #choose(location: string, password: string): Promise<void> {
    this.#choice = { location, password };
    await this.#onChosen(location);
  }
}
