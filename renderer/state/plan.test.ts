// The plan of a backup: nothing is begun but what the preview was about, and it is begun once.
import { describe, expect, it } from 'vitest';
import type { Result } from '../../shared/ipc/define-contract.ts';
import { toVmId } from '../../shared/model/ids.ts';
import { anError, FakeBackend, settled } from '../testing/fake-backend.ts';
import { createPlan } from './plan.ts';

describe('the plan', () => {
  it('shows the preview of the last choice, however late an earlier one is answered', async () => {
    const backend = new FakeBackend();
    const answers: ((result: Result<unknown>) => void)[] = [];
    backend.answer('runs.preview', () => new Promise((resolve) => answers.push(resolve)));
    const { store, actions } = createPlan(backend.api);
    actions.choose(new Set([toVmId('vm-1')]));
    actions.choose(new Set([toVmId('vm-2')]));
    answers[1]?.({ ok: true, value: { readAtMs: 2 } });
    await settled();
    answers[0]?.({ ok: true, value: { readAtMs: 1 } });
    await settled();
    expect(store.getState().preview).toEqual({ readAtMs: 2 });
  });

  it('begins nothing while what would happen is known of another choice, or not at all', async () => {
    const backend = new FakeBackend();
    backend.ok('runs.preview', {});
    backend.ok('runs.start', { runId: 'r-1' });
    const { store, actions } = createPlan(backend.api);
    actions.choose(new Set([toVmId('vm-1')]));
    await settled();
    expect(store.getState().isCurrent).toBe(true);
    for (const change of [
      () => actions.choose(new Set([toVmId('vm-2')])),
      () => actions.setConsistency('crash'),
      () => actions.setMode('off-host'),
    ]) {
      change();
      expect(store.getState().isCurrent).toBe(false);
      expect(await actions.start()).toBeUndefined();
      await settled();
    }
    backend.answer('runs.preview', () => ({ ok: false, error: anError }));
    actions.choose(new Set([toVmId('vm-1')]));
    await settled();
    expect(store.getState()).toMatchObject({ isCurrent: false, error: anError });
    expect(await actions.start()).toBeUndefined();
    expect(backend.countOf('runs.start')).toBe(0);
  });

  it('keeps what was chosen while the start was under way', async () => {
    const backend = new FakeBackend();
    backend.ok('runs.preview', {});
    let answer: (result: Result<unknown>) => void = () => undefined;
    backend.answer('runs.start', () => new Promise((resolve) => (answer = resolve)));
    const { store, actions } = createPlan(backend.api);
    actions.choose(new Set([toVmId('vm-1')]));
    await settled();
    const starting = actions.start();
    await settled();
    actions.choose(new Set([toVmId('vm-1'), toVmId('vm-2')]));
    answer({ ok: true, value: { runId: 'r-1' } });
    await starting;
    expect([...store.getState().chosen]).toEqual(['vm-2']);
  });

  it('starts once, however often it is pressed, and is empty afterwards', async () => {
    const backend = new FakeBackend();
    backend.ok('runs.preview', {});
    backend.ok('runs.start', { runId: 'r-1' });
    const { store, actions } = createPlan(backend.api);
    actions.choose(new Set([toVmId('vm-1')]));
    await settled();
    expect(await Promise.all([actions.start(), actions.start()])).toEqual(['r-1', undefined]);
    expect(backend.calls.filter((call) => call.name === 'runs.start')).toEqual([
      {
        name: 'runs.start',
        input: { vmIds: ['vm-1'], mode: 'on-host', consistency: 'application', policy: { consistency: 'fail' } },
      },
    ]);
    expect(store.getState().chosen.size).toBe(0);
  });

  it('keeps the choice when the start is refused, and the reason until something else is chosen', async () => {
    const backend = new FakeBackend();
    backend.ok('runs.preview', {});
    backend.answer('runs.start', () => ({ ok: false, error: anError }));
    const { store, actions } = createPlan(backend.api);
    actions.choose(new Set([toVmId('vm-1')]));
    await settled();
    expect(await actions.start()).toBeUndefined();
    await actions.refresh();
    expect(store.getState()).toMatchObject({ isStarting: false, startError: anError });
    expect(store.getState().chosen.size).toBe(1);
    actions.choose(new Set());
    expect(store.getState()).not.toHaveProperty('startError');
  });
});
