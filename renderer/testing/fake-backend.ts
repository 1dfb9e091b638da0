// A backend of plain values for the page's state: answers what a test tells it to, and speaks when it is told to.
import type { AppErrorData } from '../../shared/errors/app-error.ts';
import type { ConsoleApi } from '../../shared/ipc/contract.ts';
import { createApi } from '../../shared/ipc/create-api.ts';
import type { Result } from '../../shared/ipc/define-contract.ts';
import type { AppChange, AppEvent, AppSnapshot } from '../../shared/ipc/views.ts';

export const anError: AppErrorData = {
  code: 'bug.unexpected',
  category: 'bug',
  params: { reason: 'on purpose' },
  title: 'It broke',
  meaning: 'On purpose.',
  nextStep: 'Nothing.',
  details: [],
};

type Answer = (input: unknown) => Result<unknown> | Promise<Result<unknown>>;

export class FakeBackend {
  readonly calls: { readonly name: string; readonly input: unknown }[] = [];
  readonly #answers = new Map<string, Answer>();
  readonly #listeners = new Set<(event: AppEvent) => void>();
  seq = 0;

  readonly api: ConsoleApi = createApi({
    invoke: async (name, input) => {
      this.calls.push({ name, input });
      return (
        (await this.#answers.get(name)?.(input)) ?? { ok: false, error: { ...anError, title: `no answer to ${name}` } }
      );
    },
    subscribe: (_name, listener) => {
      this.#listeners.add(listener);
      return () => void this.#listeners.delete(listener);
    },
  });

  answer(name: string, answer: Answer): void {
    this.#answers.set(name, answer);
  }

  ok(name: string, value: unknown): void {
    this.answer(name, () => ({ ok: true, value }));
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  countOf(name: string): number {
    return this.calls.filter((call) => call.name === name).length;
  }

  /** The next numbered event. */
  emit(change: AppChange): void {
    this.seq += 1;
    this.deliver({ seq: this.seq, change });
  }

  deliver(event: AppEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

export function aSnapshot(part: Partial<AppSnapshot> = {}): AppSnapshot {
  return {
    contractVersion: 2,
    lastSeq: 0,
    product: 'Stillpoint test',
    target: { kind: 'lab', name: 'Site' },
    recovery: { runs: [], problems: [] },
    repository: { hasPassword: false },
    settings: {
      appearance: 'system',
      concurrency: { vmsAtOnce: 4, vmsPerHost: 2 },
      passwordKeeping: 'session',
      passwordStore: { kind: 'private-file', description: 'in a file' },
      folders: { root: '/r', repository: '/r/repository', restored: '/r/restored' },
    },
    runs: [],
    operations: [],
    ...part,
  };
}

/** Every promise that is ready has gone on. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
