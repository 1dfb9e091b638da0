// A window is whole at once and stays equal to the backend: whatever comes, in whichever order the network has it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reduceRunEvents } from '../../shared/events/reduce-run.ts';
import type { RunEvent } from '../../shared/events/run-event.ts';
import { contractVersion } from '../../shared/ipc/contract.ts';
import type { AppSnapshot } from '../../shared/ipc/views.ts';
import { makeRunId } from '../../shared/model/ids.ts';
import { anyRun, queuedBody, runId } from '../../shared/testing/arbitrary-events.ts';
import { aSnapshot, anError, FakeBackend, settled } from '../testing/fake-backend.ts';
import { followBackend, pageContractVersion } from './follow-backend.ts';
import { createMirror } from './mirror.ts';

const event = (seq: number, body: Partial<RunEvent> & { type: RunEvent['type'] }): RunEvent =>
  ({ ...body, runId, seq, atMs: seq }) as RunEvent;
const queued = event(1, queuedBody);
const started = event(2, { type: 'run-started' });

function newWindow(backend = new FakeBackend()) {
  const mirror = createMirror();
  const follower = followBackend(backend.api, mirror);
  return { backend, mirror, follower, open: () => follower.onConnection({ state: 'open' }) };
}

describe('following the backend', () => {
  it('is built for the contract as it is', () => {
    expect(pageContractVersion).toBe(contractVersion);
  });

  it('takes a snapshot when the way is open, not before', async () => {
    const { backend, mirror, open } = newWindow();
    backend.ok('app.snapshot', aSnapshot({ lastSeq: 7 }));
    await settled();
    expect(backend.countOf('app.snapshot')).toBe(0);
    open();
    await settled();
    expect(mirror.getState()).toMatchObject({ lastSeq: 7, epoch: 1, connection: { state: 'open' } });
  });

  it('applies what came while the snapshot was on its way, and not what the snapshot has already', async () => {
    const { backend, mirror, open } = newWindow();
    let answer: (snapshot: AppSnapshot) => void = () => undefined;
    backend.answer('app.snapshot', () => new Promise((resolve) => (answer = (value) => resolve({ ok: true, value }))));
    open();
    await settled();
    backend.emit({ type: 'run', event: queued });
    backend.emit({ type: 'run', event: started });
    answer(aSnapshot({ lastSeq: 1, runs: [reduceRunEvents([queued])!] }));
    await settled();
    expect(mirror.getState().lastSeq).toBe(2);
    expect(mirror.getState().runs.get(runId)?.status).toBe('running');
  });

  it('asks for a snapshot again when a number is missing', async () => {
    const { backend, mirror, open } = newWindow();
    backend.ok('app.snapshot', aSnapshot());
    open();
    await settled();
    backend.ok('app.snapshot', aSnapshot({ lastSeq: 5, product: 'after the gap' }));
    backend.deliver({ seq: 5, change: { type: 'restore-points' } });
    await settled();
    expect(mirror.getState()).toMatchObject({ lastSeq: 5, snapshot: { product: 'after the gap' }, epoch: 2 });
    expect(backend.countOf('app.snapshot')).toBe(2);
  });

  it('takes a new snapshot after the way was lost, and keeps what it knew meanwhile', async () => {
    const { backend, mirror, follower, open } = newWindow();
    backend.ok('app.snapshot', aSnapshot({ lastSeq: 9, runs: [reduceRunEvents([queued])!] }));
    open();
    await settled();
    follower.onConnection({ state: 'lost', sinceMs: 1 });
    expect(mirror.getState().runs.size).toBe(1);
    // A restarted backend counts anew.
    backend.ok('app.snapshot', aSnapshot({ lastSeq: 2 }));
    open();
    await settled();
    expect(mirror.getState()).toMatchObject({ lastSeq: 2, epoch: 2 });
  });

  it('fetches a run whose beginning it has not seen', async () => {
    const { backend, mirror, open } = newWindow();
    backend.ok('app.snapshot', aSnapshot());
    backend.ok('runs.show', reduceRunEvents([queued, started]));
    open();
    await settled();
    backend.emit({ type: 'run', event: event(3, { type: 'recovery-started' }) });
    await settled();
    expect(mirror.getState().runs.get(runId)?.status).toBe('running');
  });

  it('stops at a backend of another version, and at a refusal, with words for both', async () => {
    const other = newWindow();
    other.backend.ok('app.snapshot', aSnapshot({ contractVersion: 99 }));
    other.open();
    await settled();
    expect(other.mirror.getState().fatal?.title).toBe('This window belongs to another version of Stillpoint');
    const refused = newWindow();
    refused.backend.answer('app.snapshot', () => ({ ok: false, error: anError }));
    refused.open();
    await settled();
    expect(refused.mirror.getState().fatal).toEqual(anError);
  });

  it('does not give up over a connection that is lost in the middle of the snapshot', async () => {
    const { backend, mirror, follower, open } = newWindow();
    backend.answer('app.snapshot', () => ({ ok: false, error: { ...anError, code: 'contract.connection-lost' } }));
    open();
    await settled();
    expect(mirror.getState().fatal).toBeUndefined();
    backend.ok('app.snapshot', aSnapshot());
    follower.onConnection({ state: 'lost', sinceMs: 1 });
    open();
    await settled();
    expect(mirror.getState().epoch).toBe(1);
  });

  it('listens no more once it is stopped', () => {
    const { backend, follower } = newWindow();
    expect(backend.listeners).toBe(1);
    follower.stop();
    expect(backend.listeners).toBe(0);
  });

  it('comes to the state of the backend from any cut: snapshot at one moment, events from an earlier one, some lost', async () => {
    await fc.assert(
      fc.asyncProperty(anyRun, fc.nat(), fc.nat(), fc.nat(), async (events, cut, back, hole) => {
        const at = 1 + (cut % events.length);
        const { backend, mirror, open } = newWindow();
        const state = () => reduceRunEvents(events)!;
        backend.ok('app.snapshot', aSnapshot({ lastSeq: at, runs: [reduceRunEvents(events.slice(0, at))!] }));
        open();
        await settled();
        const from = Math.max(0, at - (back % 3));
        const lost = from + 1 + (hole % (events.length * 2));
        events.slice(from).forEach((one, index) => {
          const seq = from + index + 1;
          if (seq === lost) return;
          if (seq > lost) backend.ok('app.snapshot', aSnapshot({ lastSeq: events.length, runs: [state()] }));
          backend.deliver({ seq, change: { type: 'run', event: one } });
        });
        await settled();
        // When the last one was lost, nobody can know of it until the next one comes.
        if (lost === events.length && lost > at) return;
        expect(mirror.getState().runs.get(runId)).toEqual(state());
      }),
      { numRuns: 100 },
    );
  });
});

describe('a backend that was started anew', () => {
  it('does not go on with a run of the one before, and keeps what had ended', async () => {
    const { backend, mirror, follower, open } = newWindow();
    const ended = { ...reduceRunEvents([queued])!, status: 'ended' as const };
    const other = { ...reduceRunEvents([queued])!, runId: makeRunId(5, 'fedcba') };
    backend.ok('app.snapshot', aSnapshot({ runs: [ended, other] }));
    open();
    await settled();
    expect(mirror.getState().runs.size).toBe(2);
    backend.ok('app.snapshot', aSnapshot());
    follower.onConnection({ state: 'lost', sinceMs: 1 });
    open();
    await settled();
    expect([...mirror.getState().runs.keys()]).toEqual([runId]);
  });

  it('is shown again once it answers, whatever was wrong before', async () => {
    const { backend, mirror, follower, open } = newWindow();
    backend.answer('app.snapshot', () => ({ ok: false, error: anError }));
    open();
    await settled();
    expect(mirror.getState().fatal).toEqual(anError);
    backend.ok('app.snapshot', aSnapshot());
    follower.onConnection({ state: 'lost', sinceMs: 1 });
    open();
    await settled();
    expect(mirror.getState()).not.toHaveProperty('fatal');
  });
});

describe('operations in the mirror', () => {
  it('are kept while they go on, and the last twenty of those that ended', async () => {
    const { backend, mirror, open } = newWindow();
    backend.ok('app.snapshot', aSnapshot());
    open();
    await settled();
    const operation = { kind: 'verify', subject: 's', doneBytes: 0, totalBytes: 0 } as const;
    for (let i = 0; i < 25; i += 1) {
      backend.emit({ type: 'operation', operation: { ...operation, id: `op-${i}`, status: 'running' } });
      expect(mirror.getState().operations.map((one) => one.id)).toEqual([`op-${i}`]);
      backend.emit({ type: 'operation', operation: { ...operation, id: `op-${i}`, status: 'ended' } });
    }
    expect(mirror.getState().operations).toEqual([]);
    expect(mirror.getState().endedOperations.map((one) => one.id)).toEqual(
      Array.from({ length: 20 }, (_, i) => `op-${i + 5}`),
    );
  });
});
