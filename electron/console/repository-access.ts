// Which repository is in use, and its password while this process lives. The engine and the handlers open it through
// here; nobody else knows the password. Where it is kept between two starts is the password store's business.
import { AppError, toAppError } from '../../shared/errors/app-error.ts';
import type { PasswordKeeping, RepositoryView } from '../../shared/ipc/views.ts';
import type { RepositorySource } from '../engine/index.ts';
import type { Repository } from '../repository/index.ts';
import type { PasswordStore } from './password-store.ts';
import { SharedRepository } from './shared-repository.ts';

export type KeepingChoice = Exclude<PasswordKeeping, 'file'>;

export interface RepositoryOpener {
  open(location: string, password: string): Promise<Repository>;
  init(location: string, password: string): Promise<Repository>;
  /** Differs when another repository stands in its place. Rejects where there is none. */
  fingerprint(location: string): Promise<string>;
}

export interface RepositoryChoice {
  readonly location: string;
  readonly password?: string | undefined;
}

export interface RepositoryAccessOptions {
  readonly opener: RepositoryOpener;
  /** What was chosen at an earlier time, or given with this start. */
  readonly choice?: RepositoryChoice | undefined;
  readonly passwordStore: Pick<PasswordStore, 'save' | 'forget'>;
  /** Told when another one has been opened, before it counts as chosen. */
  readonly onChosen: (location: string, keep: KeepingChoice | undefined) => Promise<void>;
  /** Told when the password is forgotten. */
  readonly onForgotten: () => Promise<void>;
}

export class RepositoryAccess implements RepositorySource {
  readonly #options: RepositoryAccessOptions;
  readonly #shared: SharedRepository;
  #choice: RepositoryChoice | undefined;
  /** Choosing and forgetting follow one another: the last one asked for is the one that counts. */
  #lastChange: Promise<unknown> = Promise.resolve();

  constructor(options: RepositoryAccessOptions) {
    this.#options = options;
    this.#choice = options.choice;
    this.#shared = new SharedRepository({
      open: () => this.open(),
      fingerprint: () => options.opener.fingerprint(this.location),
    });
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
    return this.#options.opener.open(location, password);
  }

  /** For reading: one that is open already is used once more. Whoever needs what others added reloads it. */
  async use<T>(work: (repository: Repository) => Promise<T>): Promise<T> {
    this.assertChosen();
    return this.#shared.use(work);
  }

  /** Makes a new one and chooses it. Errors: `repository.already-exists`, `repository.not-writable` ...; as `choose` */
  init(location: string, password: string, keep?: KeepingChoice): Promise<void> {
    return this.#change(async () => {
      const repository = await this.#options.opener.init(location, password);
      await repository.close();
      await this.#choose(location, password, keep);
    });
  }

  /**
   * Chooses an existing one, once the password has opened it and is kept as asked. Without `keep`, where the password is
   * kept stays as it is. @throws AppError of `repository.*`, `console.password-not-kept`; then the one before stays chosen
   */
  choose(location: string, password: string, keep?: KeepingChoice): Promise<void> {
    return this.#change(async () => {
      const repository = await this.#options.opener.open(location, password);
      await repository.close();
      await this.#choose(location, password, keep);
    });
  }

  /** In this process first, so that it is gone here whatever else fails. @throws AppError `console.password-not-forgotten` */
  forgetPassword(): Promise<void> {
    return this.#change(async () => {
      if (this.#choice === undefined) return;
      const { location } = this.#choice;
      this.#choice = { location };
      this.#shared.letGo();
      try {
        await this.#options.passwordStore.forget(location);
        await this.#options.onForgotten();
      } catch (error) {
        const reason = toAppError(error).text.title;
        throw new AppError('console.password-not-forgotten', { location, reason }, { cause: error });
      }
    });
  }

  /** Resolves when nobody reads any more and the shared repository is closed. */
  async close(): Promise<void> {
    await this.#lastChange;
    await this.#shared.close();
  }

  #change(work: () => Promise<void>): Promise<void> {
    const change = this.#lastChange.then(work);
    this.#lastChange = change.catch(() => undefined);
    return change;
  }

  async #choose(location: string, password: string, keep: KeepingChoice | undefined): Promise<void> {
    const { passwordStore, onChosen } = this.#options;
    try {
      if (keep === 'this-computer') await passwordStore.save(location, password);
      if (keep === 'session') await passwordStore.forget(location);
      await onChosen(location, keep);
    } catch (error) {
      // Nobody asked for it to stay without the rest of the choice; a second failure says no more than the first.
      if (keep === 'this-computer') await passwordStore.forget(location).catch(() => undefined);
      if (keep === undefined) throw error;
      const reason = toAppError(error).text.title;
      throw new AppError('console.password-not-kept', { location, reason }, { cause: error });
    }
    this.#choice = { location, password };
    this.#shared.letGo();
  }
}
