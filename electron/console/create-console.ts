// The backend behind the contract: target, engine and repository put together. Plain Node, the same for the window, the
// loopback host and the command line. Real adapters are chosen in composition.ts.
import { contract, type ConsoleApi, type ConsoleHandlers } from '../../shared/ipc/contract.ts';
import type { FolderView, RecoveryView } from '../../shared/ipc/views.ts';
import type { RunOwner } from '../../shared/events/run-event.ts';
import { createEngine, repositoryDataPath, type Engine, type EngineSettings } from '../engine/index.ts';
import type { Clock } from '../engine/ports/clock.ts';
import type { JournalStore } from '../engine/ports/journal-store.ts';
import type { NewFiles } from '../engine/ports/new-files.ts';
import type { RandomSource } from '../engine/ports/random.ts';
import type { VerificationFile } from '../platform/index.ts';
import { AppEvents } from './app-events.ts';
import type { AppSettings } from './app-settings.ts';
import { createHandlers } from './handlers/create-handlers.ts';
import { createLocalApi } from './local-api.ts';
import { Operations } from './operations.ts';
import type { RepositoryAccess } from './repository-access.ts';
import { SiteReader } from './site-reader.ts';
import type { Target } from './target.ts';

export interface ConsoleDeps {
  readonly target: Target;
  readonly repository: RepositoryAccess;
  readonly settings: AppSettings;
  readonly verifications: VerificationFile;
  /** Without a path: where a user begins. */
  readonly browseFolders: (path: string | undefined) => Promise<FolderView>;
  readonly journal: JournalStore;
  readonly files: NewFiles;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly product: string;
  readonly owner: RunOwner;
  readonly isOwnerRunning: (owner: RunOwner) => boolean | Promise<boolean>;
  readonly engineSettings?: Partial<EngineSettings>;
}

export interface Console {
  readonly handlers: ConsoleHandlers;
  /** The contract as a caller in this process uses it. */
  readonly api: ConsoleApi;
  /** What the start did about interrupted runs. */
  readonly recovery: RecoveryView;
  /** Cancels what is going on, waits until it is merged, and lets go of the target. */
  close(): Promise<void>;
}

/** Resolves when interrupted runs are settled as far as they can be; then it serves. */
export async function createConsole(deps: ConsoleDeps): Promise<Console> {
  const { target, repository, settings, clock, random } = deps;
  const events = new AppEvents();
  const engine = createEngine({
    hyperv: target.port,
    clock,
    random,
    journal: deps.journal,
    repository,
    data: repositoryDataPath,
    product: deps.product,
    owner: deps.owner,
    isOwnerRunning: deps.isOwnerRunning,
    concurrency: () => settings.concurrency,
    ...(deps.engineSettings === undefined ? {} : { settings: deps.engineSettings }),
  });
  const operations = new Operations({ events, clock, random });
  const recovery = await recover(engine, events);
  const site = new SiteReader(target.port, clock);
  engine.subscribe((event) => {
    // What the site said before a VM came to its end is no ground to refuse it the next time.
    if (event.type === 'vm-ended') site.outdate();
    if (event.type === 'restore-point-committed') events.emit({ type: 'restore-points' });
  });
  const handlers = createHandlers({ ...deps, engine, events, operations, site, recovery });
  return {
    handlers,
    api: createLocalApi(contract, handlers, events),
    recovery,
    close: () =>
      runAll([() => operations.close(), () => engine.close(), () => repository.close(), () => target.close()]),
  };
}

async function recover(engine: Engine, events: AppEvents): Promise<RecoveryView> {
  events.seed((await engine.history()).runs);
  engine.subscribe((event) => events.emit({ type: 'run', event }));
  const { runs, problems } = await engine.recover();
  return { runs, problems };
}

/** Every step, in order, whatever the ones before came to; then the first failure is thrown. */
async function runAll(steps: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) await step().catch((error: unknown) => void failures.push(error));
  if (failures.length > 0) throw failures[0];
}
