// Long operations: one at a time for each thing, and the end of each kept, whichever screen is open.
import { describe, expect, it } from 'vitest';
import type { Result } from '../../shared/ipc/define-contract.ts';
import { anError, FakeBackend, settled } from '../testing/fake-backend.ts';
import { createOperations } from './operations.ts';

function newOperations() {
  const backend = new FakeBackend();
  let count = 0;
  return { backend, ...createOperations(backend.api, () => `op-${(count += 1)}`) };
}

describe('a long operation', () => {
  it('is begun once, however often it is pressed, and again when it has ended', async () => {
    const { store, actions } = newOperations();
    const begun: string[] = [];
    const answers: ((result: Result<unknown>) => void)[] = [];
    const work = (id: string) => {
      begun.push(id);
      return new Promise<Result<unknown>>((resolve) => answers.push(resolve));
    };
    const first = actions.start('verify a', work);
    await actions.start('verify a', work);
    void actions.start('verify b', work);
    expect(begun).toEqual(['op-1', 'op-2']);
    expect(store.getState()['verify a']).toEqual({ isWaiting: true });
    answers[0]?.({ ok: true, value: 7 });
    await first;
    expect(store.getState()['verify a']).toEqual({ isWaiting: false, result: 7 });
    void actions.start('verify a', work);
    expect(store.getState()['verify a']).toEqual({ isWaiting: true });
    expect(begun).toHaveLength(3);
  });

  it('tells why it failed, and why it could not be stopped', async () => {
    const { backend, store, actions } = newOperations();
    await actions.start('restore a', async () => ({ ok: false, error: anError }));
    expect(store.getState()['restore a']).toEqual({ isWaiting: false, error: anError });
    void actions.start('restore a', () => new Promise(() => undefined));
    backend.answer('operations.cancel', () => ({ ok: false, error: { ...anError, title: 'lost' } }));
    await actions.stop('restore a', 'op-2');
    expect(store.getState()['restore a']).toMatchObject({ isWaiting: true, error: { title: 'lost' } });
    expect(store.getState()['restore a']).not.toHaveProperty('stoppingId');
    backend.ok('operations.cancel', { isCancelling: true });
    await actions.stop('restore a', 'op-2');
    expect(store.getState()['restore a']).toMatchObject({ stoppingId: 'op-2' });
  });

  it('is forgotten after many others, but never while it goes on', async () => {
    const { store, actions } = newOperations();
    void actions.start('first', () => new Promise(() => undefined));
    for (let at = 0; at < 50; at += 1) await actions.start(`${at}`, async () => ({ ok: true, value: at }));
    await settled();
    expect(Object.keys(store.getState())).toHaveLength(21);
    expect(store.getState()['first']).toEqual({ isWaiting: true });
    expect(store.getState()['49']).toEqual({ isWaiting: false, result: 49 });
  });
});
