// The settings of this installation while the console runs: held in memory, so that a snapshot is whole at once, and
// written before a change counts. Knows nothing of where they are kept, nor of any password.
import { AppError } from '../../shared/errors/app-error.ts';
import type { Appearance, ConcurrencyView, PasswordStoreView, SettingsView } from '../../shared/ipc/views.ts';
import { defaultEngineSettings } from '../engine/index.ts';
import type { Settings } from '../platform/index.ts';
import type { KeepingChoice } from './repository-access.ts';

export interface AppSettingsOptions {
  /** As they were read at the start. */
  readonly settings: Settings;
  readonly passwordStore: PasswordStoreView;
  readonly folders: SettingsView['folders'];
  /** Reads, changes and writes what is kept; one after the other. */
  readonly change: (change: (settings: Settings) => Settings) => Promise<Settings>;
  /** Given with this start; remembered beside the repository. */
  readonly passwordFile?: string | undefined;
}

export interface SettingsChange {
  readonly appearance?: Appearance | undefined;
  readonly vmsAtOnce?: number | undefined;
  readonly vmsPerHost?: number | undefined;
}

export class AppSettings {
  readonly #options: AppSettingsOptions;
  #settings: Settings;

  constructor(options: AppSettingsOptions) {
    this.#options = options;
    this.#settings = options.settings;
  }

  get view(): SettingsView {
    const { passwordStore, folders } = this.#options;
    const { passwordFile, keep = 'session' } = this.#settings.repository ?? {};
    return {
      appearance: this.#settings.appearance ?? 'system',
      concurrency: this.concurrency,
      passwordKeeping: passwordFile === undefined ? keep : 'file',
      ...(passwordFile === undefined ? {} : { passwordFile }),
      passwordStore,
      folders,
    };
  }

  get concurrency(): ConcurrencyView {
    return concurrencyOf(this.#settings);
  }

  /** @throws AppError `console.concurrency-mismatch`, `console.settings-damaged`, `file.*`: then nothing was changed */
  async change({ appearance, vmsAtOnce, vmsPerHost }: SettingsChange): Promise<void> {
    await this.#write((settings) => ({
      ...settings,
      ...(appearance === undefined ? {} : { appearance }),
      ...(vmsAtOnce === undefined && vmsPerHost === undefined
        ? {}
        : { concurrency: changeConcurrency(concurrencyOf(settings), vmsAtOnce, vmsPerHost) }),
    }));
  }

  /** Remembers which repository is in use. Without `keep` it stays as it was for that repository. */
  async rememberRepository(location: string, keep: KeepingChoice | undefined): Promise<void> {
    const { passwordFile } = this.#options;
    await this.#write((settings) => {
      const before = settings.repository?.location === location ? settings.repository : undefined;
      const given = passwordFile === undefined ? before : { location, passwordFile };
      return { ...settings, repository: keep === undefined ? { ...given, location } : { location, keep } };
    });
  }

  /** The repository stays chosen; nothing says any more where its password would be. */
  async forgetPassword(): Promise<void> {
    await this.#write(({ repository, ...settings }) =>
      repository === undefined ? settings : { ...settings, repository: { location: repository.location } },
    );
  }

  async #write(change: (settings: Settings) => Settings): Promise<void> {
    this.#settings = await this.#options.change(change);
  }
}

function concurrencyOf({ concurrency }: Settings): ConcurrencyView {
  const { vmsAtOnce, vmsPerHost } = concurrency ?? defaultEngineSettings;
  return { vmsAtOnce, vmsPerHost };
}

/** Fewer VMs at once mean fewer per host too; more per host than at once is a mistake that is said. */
function changeConcurrency(
  before: ConcurrencyView,
  vmsAtOnce = before.vmsAtOnce,
  askedPerHost?: number,
): ConcurrencyView {
  if (askedPerHost !== undefined && askedPerHost > vmsAtOnce)
    throw new AppError('console.concurrency-mismatch', { vmsAtOnce, vmsPerHost: askedPerHost });
  return { vmsAtOnce, vmsPerHost: askedPerHost ?? Math.min(before.vmsPerHost, vmsAtOnce) };
}
