// The parts of the backend by themselves: numbered events and their mirror, long operations.
import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors/app-error.ts';
import { reduceRun } from '../../shared/events/reduce-run.ts';
import type { RunEvent, RunEventBody } from '../../shared/events/run-event.ts';
import type { AppEvent, OperationView } from '../../shared/ipc/views.ts';
import { makeRunId, toHostId, toVmId, type RunId } from '../../shared/model/ids.ts';
import { AppEvents } from './app-events.ts';
import { Operations } from './operations.ts';

const runId = makeRunId(Date.UTC(2026, 10, 24), 'abcdef');
const vmId = toVmId('00000000-0000-4000-8000-000000000001');

function runEvent(seq: number, body: RunEventBody, id: RunId = runId): RunEvent {
  return { ...body, runId: id, seq, atMs: seq };
}

const queued = (id: RunId = runId): RunEvent =>
  runEvent(
    1,
    {
      type: 'run-queued',
      request: {
        runId: id,
        siteName: 'S',
        repositoryPath: '/r',
        mode: 'on-host',
        consistency: 'application',
        vms: [{ vmId, name: 'VM', hostId: toHostId('hv') }],
      },
    },
    id,
  );

describe('events', () => {
  it('are numbered without a gap, and the mirror is what a listener folds for itself', () => {
    const events = new AppEvents();
    const heard: AppEvent[] = [];
    events.subscribe((event) => heard.push(event));
    events.emit({ type: 'run', event: queued() });
    events.emit({ type: 'run', event: runEvent(2, { type: 'run-started' }) });
    events.emit({ type: 'run', event: runEvent(3, { type: 'vm-phase-entered', vmId, phase: 'reading' }) });
    expect(heard.map((event) => event.seq)).toEqual([1, 2, 3]);
    expect(events.lastSeq).toBe(3);
    let folded;
    for (const { change } of heard) if (change.type === 'run') folded = reduceRun(folded, change.event);
    expect(events.runs).toEqual([folded]);
    expect(events.runOf(runId)?.vms[vmId]?.phase).toBe('reading');
  });

  it('show runs of the journals only once they do something', () => {
    const events = new AppEvents();
    events.seed([reduceRun(undefined, queued())]);
    expect(events.runs).toEqual([]);
    events.emit({ type: 'run', event: runEvent(2, { type: 'recovery-started' }) });
    expect(events.runs.map((run) => run.status)).toEqual(['recovering']);
  });

  it('pass on what they cannot fold: a run of another process that began after the start', () => {
    const events = new AppEvents();
    const heard: AppEvent[] = [];
    events.subscribe((event) => heard.push(event));
    events.emit({ type: 'run', event: runEvent(5, { type: 'recovery-started' }) });
    expect(heard).toHaveLength(1);
    expect(events.runs).toEqual([]);
  });

  it('stop for who stops listening, also in the middle of an event', () => {
    const events = new AppEvents();
    const heard: string[] = [];
    const stop = events.subscribe(() => {
      heard.push('first');
      stop();
    });
    events.subscribe(() => heard.push('second'));
    events.emit({ type: 'run', event: queued() });
    events.emit({ type: 'run', event: runEvent(2, { type: 'run-started' }) });
    expect(heard).toEqual(['first', 'second', 'second']);
  });
});

describe('operations', () => {
  function newOperations() {
    const events = new AppEvents();
    const told: OperationView[] = [];
    events.subscribe(({ change }) => {
      if (change.type === 'operation') told.push(change.operation);
    });
    const time = { nowMs: 0 };
    const clock = { nowMs: () => time.nowMs, sleep: () => Promise.reject(new Error('nobody sleeps here')) };
    const random = { bytes: (length: number) => new Uint8Array(length).fill(7) };
    return { operations: new Operations({ events, clock, random }), events, told, time };
  }
  const start = { kind: 'verify', subject: 'abcd', operationId: 'op-1' } as const;

  it('tell of their begin, their progress at most five times a second, and their end', async () => {
    const { operations, told, time, events } = newOperations();
    const result = await operations.run(start, async ({ onProgress }) => {
      for (let i = 1; i <= 100; i += 1) {
        time.nowMs += 10;
        onProgress({ doneBytes: i, totalBytes: 100 });
      }
      expect(events.operations).toMatchObject([{ id: 'op-1', status: 'running' }]);
      return 'done';
    });
    expect(result).toBe('done');
    expect(told[0]).toEqual({
      ...start,
      operationId: undefined,
      id: 'op-1',
      status: 'running',
      doneBytes: 0,
      totalBytes: 0,
    });
    expect(told.slice(1, -1).map((operation) => operation.doneBytes)).toEqual([20, 40, 60, 80, 100]);
    expect(told.at(-1)).toMatchObject({ status: 'ended', doneBytes: 100 });
    expect(events.operations).toEqual([]);
  });

  it('tell of their failure, and throw it', async () => {
    const { operations, told } = newOperations();
    const failing = operations.run(start, () => Promise.reject(new AppError('console.no-repository', {})));
    await expect(failing).rejects.toMatchObject({ code: 'console.no-repository' });
    expect(told.at(-1)).toMatchObject({ status: 'ended', error: { code: 'console.no-repository' } });
  });

  it('have names of their own: a second one of the same name is not begun, and the first goes on', async () => {
    const { operations, told } = newOperations();
    const first = Promise.withResolvers<string>();
    const going = operations.run(start, () => first.promise);
    let hasBegun = false;
    const second = operations.run(start, async () => (hasBegun = true));
    await expect(second).rejects.toMatchObject({ code: 'contract.invalid-input' });
    expect(hasBegun).toBe(false);
    expect(told.map((operation) => operation.status)).toEqual(['running']);
    first.resolve('done');
    expect(await going).toBe('done');
    expect(await operations.run(start, async () => 'again')).toBe('again');
  });

  it('are cancelled by their name, and all of them at the end', async () => {
    const { operations } = newOperations();
    const untilAborted = (signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    const one = operations.run(start, ({ signal }) => untilAborted(signal));
    const two = operations.run({ ...start, operationId: undefined }, ({ signal }) => untilAborted(signal));
    expect(operations.cancel('another')).toBe(false);
    expect(operations.cancel('op-1')).toBe(true);
    await expect(one).rejects.toMatchObject({ code: 'console.operation-cancelled' });
    const closing = operations.close();
    await expect(two).rejects.toMatchObject({ code: 'console.operation-cancelled' });
    await closing;
    expect(operations.cancel('op-1')).toBe(false);
  });
});
