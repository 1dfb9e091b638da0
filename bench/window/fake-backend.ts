// The real loopback host with the built page, before a backend that answers at once: what is measured is the window.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readPageFiles } from '../../electron/platform/index.ts';
import type { Invoke } from '../../electron/console/ending-gate.ts';
import { LoopbackHost } from '../../electron/serve/loopback-host.ts';
import { OneTimeToken } from '../../electron/serve/one-time-token.ts';
import { Sessions } from '../../electron/serve/sessions.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { RunState } from '../../shared/events/run-state.ts';
import { contractVersion } from '../../shared/ipc/contract.ts';
import { vmPageInput } from '../../shared/ipc/inputs.ts';
import type { AppChange, AppEvent, AppSnapshot, BackupPreviewView, RepositoryView } from '../../shared/ipc/views.ts';
import { fakeReadiness, fakeVmPage } from './fake-site.ts';

export interface FakeBackendOptions {
  readonly vmTotal: number;
  /** Going on when the window opens. */
  readonly run?: RunState;
}

export interface FakeBackend {
  /** Lets one browser in. */
  readonly address: string;
  emit(change: AppChange): void;
  close(): Promise<void>;
}

const pageFolder = join(import.meta.dirname, '..', '..', 'dist', 'renderer');

export async function startFakeBackend(options: FakeBackendOptions): Promise<FakeBackend> {
  const token = randomKey();
  const listeners = new Set<(event: AppEvent) => void>();
  let seq = 0;
  const host = new LoopbackHost({
    files: await readPageFiles(pageFolder),
    token: new OneTimeToken(token),
    makeNonce: randomKey,
    invoke: invokeFake(options, () => seq),
    onAppChanged: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    sessionsOf: (port) =>
      new Sessions({
        port,
        stored: [],
        nowMs: () => Date.now(),
        makeKey: randomKey,
        onChanged: async () => undefined,
      }),
  });
  const port = await host.listen(0);
  return {
    address: `http://127.0.0.1:${port}/?token=${token}`,
    emit: (change) => {
      seq += 1;
      for (const listener of listeners) listener({ seq, change });
    },
    close: () => host.close('The bench is over.'),
  };
}

function invokeFake({ vmTotal, run }: FakeBackendOptions, lastSeq: () => number): Invoke {
  const answers: Readonly<Record<string, (input: unknown) => unknown>> = {
    'app.snapshot': () => snapshotOf(run, lastSeq()),
    'site.readiness': () => fakeReadiness(vmTotal),
    'site.vms': (input) => {
      const { limit, after } = vmPageInput.parse(input);
      return fakeVmPage(vmTotal, limit, after);
    },
    'runs.preview': () => emptyPreview,
    'runs.history': () => ({ runs: [], problems: [] }),
    'restorePoints.list': () => ({ restorePoints: [], damaged: [], otherSnapshots: 0, problems: [], total: 0 }),
  };
  return async (name, input) => {
    const answer = Object.hasOwn(answers, name) ? answers[name] : undefined;
    if (answer !== undefined) return { ok: true, value: answer(input) };
    return { ok: false, error: new AppError('contract.unknown-call', { call: name }).toData() };
  };
}

const repository: RepositoryView = { location: '/bench/repository', hasPassword: true };
const concurrency = { vmsAtOnce: 4, vmsPerHost: 2 } as const;

function snapshotOf(run: RunState | undefined, lastSeq: number): AppSnapshot {
  return {
    contractVersion,
    lastSeq,
    product: 'Stillpoint',
    target: { kind: 'lab', name: 'Bench', lab: { folder: '/bench/lab', scenarioName: 'bench' } },
    recovery: { runs: [], problems: [] },
    repository,
    settings: {
      appearance: 'light',
      concurrency,
      passwordKeeping: 'session',
      passwordStore: { kind: 'private-file', description: 'Nowhere.' },
      folders: { root: '/bench', repository: '/bench/repository', restored: '/bench/restored' },
    },
    runs: run === undefined ? [] : [run],
    operations: [],
  };
}

const emptyPreview: BackupPreviewView = {
  readAtMs: 0,
  mode: 'on-host',
  consistency: 'application',
  modes: [{ mode: 'on-host', isAvailable: true }],
  vms: [],
  volumes: [],
  repository,
  concurrency,
};

function randomKey(): string {
  return randomBytes(32).toString('base64url');
}
