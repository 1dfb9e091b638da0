// A backend whose work is what a test says: enough of the contract for who watches over the window.
import { reduceRun } from '../../../shared/events/reduce-run.ts';
import type { RunEvent, RunEventBody } from '../../../shared/events/run-event.ts';
import type { RunState } from '../../../shared/events/run-state.ts';
import { contract, type ConsoleApi, type ConsoleHandlers } from '../../../shared/ipc/contract.ts';
import { callNames } from '../../../shared/ipc/invoke-handler.ts';
import type { AppChange, AppEvent, AppSnapshot, OperationView, SettingsView } from '../../../shared/ipc/views.ts';
import { makeRunId, toHostId, toVmId } from '../../../shared/model/ids.ts';
import type { Backend } from '../start-app.ts';

const runId = makeRunId(0, 'abcdef');

export class FakeBackend implements Backend {
  readonly calls: { readonly name: string; readonly input: unknown }[] = [];
  readonly closing = Promise.withResolvers<undefined>();
  closeCalls = 0;
  #seq = 0;
  #runSeq = 0;
  #run: RunState | undefined;
  readonly #listeners = new Set<(event: AppEvent) => void>();
  readonly handlers: ConsoleHandlers;
  readonly api: ConsoleApi;

  constructor() {
    const groups: Record<string, Record<string, (input: unknown) => Promise<unknown>>> = {};
    for (const name of callNames(contract)) {
      const [group = '', key = ''] = name.split('.');
      (groups[group] ??= {})[key] = async (input) => {
        this.calls.push({ name, input });
        return name === 'app.snapshot' ? this.snapshot : { answered: name };
      };
    }
    // What a test asks of it is in it; the rest answers with its name.
    this.handlers = groups as unknown as ConsoleHandlers;
    this.api = {
      app: {
        snapshot: async () => ({ ok: true, value: this.snapshot }),
        changed: (listener: (event: AppEvent) => void) => {
          this.#listeners.add(listener);
          return () => void this.#listeners.delete(listener);
        },
      },
    } as unknown as ConsoleApi;
  }

  get snapshot(): AppSnapshot {
    const settings = { appearance: 'system' } as unknown as SettingsView;
    return {
      lastSeq: this.#seq,
      runs: this.#run === undefined ? [] : [this.#run],
      operations: [],
      settings,
    } as unknown as AppSnapshot;
  }

  readonly close = (): Promise<undefined> => {
    this.closeCalls += 1;
    return this.closing.promise;
  };

  emit(change: AppChange): void {
    this.#seq += 1;
    for (const listener of [...this.#listeners]) listener({ seq: this.#seq, change });
  }

  beginRun(...names: readonly string[]): void {
    const vms = names.map((name, index) => ({
      vmId: toVmId(`00000000-0000-4000-8000-00000000000${index}`),
      name,
      hostId: toHostId('host-1'),
    }));
    const request = {
      runId,
      siteName: 'Lab',
      repositoryPath: '/r',
      mode: 'on-host',
      consistency: 'application',
      vms,
    } as const;
    this.#run = undefined;
    this.#emitRun({ type: 'run-queued', request });
  }

  endVm(index: number): void {
    const vmId = toVmId(`00000000-0000-4000-8000-00000000000${index}`);
    this.#emitRun({ type: 'vm-ended', vmId, outcome: 'succeeded' });
  }

  endRun(): void {
    this.#emitRun({ type: 'run-ended', outcome: 'succeeded' });
  }

  setOperation(status: OperationView['status'], kind: OperationView['kind'] = 'restore'): void {
    const operation: OperationView = { id: 'op-1', kind, subject: 'x', status, doneBytes: 0, totalBytes: 0 };
    this.emit({ type: 'operation', operation });
  }

  #emitRun(body: RunEventBody): void {
    this.#runSeq += 1;
    const event: RunEvent = { ...body, runId, seq: this.#runSeq, atMs: this.#runSeq };
    this.#run = reduceRun(this.#run, event);
    this.emit({ type: 'run', event });
  }
}

/** Lets everything happen that does not wait for anything outside. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}
