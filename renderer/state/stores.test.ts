// What the screens fetch: pages put together, later answers winning over earlier ones, errors kept.
import { describe, expect, it } from 'vitest';
import type { Result } from '../../shared/ipc/define-contract.ts';
import { toRestorePointId, toVmId } from '../../shared/model/ids.ts';
import { queuedBody, runId } from '../../shared/testing/arbitrary-events.ts';
import { aSnapshot, anError, FakeBackend, settled } from '../testing/fake-backend.ts';
import { createAppState } from './app-state.ts';
import { createHistory } from './history.ts';
import { createMirror } from './mirror.ts';
import { createRestorePoints } from './restore-points.ts';
import { createSite } from './site.ts';

const vm = (n: number) => ({ vmId: toVmId(`vm-${n}`), name: `VM${n}` });
const inputOf = (input: unknown): Record<string, unknown> => input as Record<string, unknown>;

describe('the site', () => {
  const readiness = (readAtMs: number) => ({ readAtMs, gates: [] });

  it('is put together from its pages', async () => {
    const backend = new FakeBackend();
    backend.ok('site.readiness', readiness(1));
    backend.answer('site.vms', (input) => {
      const page = inputOf(input)['after'] === undefined ? [vm(1), vm(2)] : [vm(3)];
      const next = page.length === 2 ? { nextAfter: page[1]?.vmId } : {};
      return { ok: true, value: { readAtMs: 1, total: 3, vms: page, ...next } };
    });
    const { store, actions } = createSite(backend.api);
    const loading = actions.load({ refresh: true });
    expect(store.getState().isLoading).toBe(true);
    await loading;
    expect(store.getState()).toMatchObject({ isLoading: false, vms: [vm(1), vm(2), vm(3)] });
    expect(backend.calls[0]).toEqual({ name: 'site.readiness', input: { refresh: true } });
  });

  it('never mixes pages of two readings', async () => {
    const backend = new FakeBackend();
    let reading = 1;
    backend.answer('site.readiness', () => ({ ok: true, value: readiness(reading) }));
    backend.answer('site.vms', (input) => {
      const isFirst = inputOf(input)['after'] === undefined;
      const value = { readAtMs: reading, total: 2, vms: [vm(isFirst ? reading * 10 : reading * 10 + 1)] };
      if (!isFirst) return { ok: true, value };
      // Somebody reads the site again between the two pages.
      const answer: Result<unknown> = { ok: true, value: { ...value, nextAfter: vm(reading * 10).vmId } };
      if (reading === 1) reading = 2;
      return answer;
    });
    const { store, actions } = createSite(backend.api);
    await actions.load({ refresh: false });
    expect(store.getState().vms).toEqual([vm(20), vm(21)]);
    expect(store.getState().readiness?.readAtMs).toBe(2);
  });

  it.each(['pages of other readings', 'a page that follows a VM which is gone'])(
    'shows no part of a list for the whole: %s',
    async (what) => {
      const backend = new FakeBackend();
      backend.ok('site.readiness', readiness(1));
      const changed: Result<unknown> = { ok: false, error: { ...anError, code: 'console.reading-changed' } };
      backend.answer('site.vms', (input) => {
        if (what.includes('gone') && inputOf(input)['after'] !== undefined) return changed;
        const readAtMs = what.includes('gone') ? 1 : 2;
        return { ok: true, value: { readAtMs, total: 2, vms: [vm(1)], nextAfter: vm(1).vmId } };
      });
      const { store, actions } = createSite(backend.api);
      await actions.load({ refresh: false });
      expect(store.getState()).toMatchObject({ vms: [], error: { code: 'console.reading-changed' } });
      expect(backend.countOf('site.readiness')).toBe(3);
    },
  );

  it('keeps what it knew when a later reading fails, and says why', async () => {
    const backend = new FakeBackend();
    backend.ok('site.readiness', readiness(1));
    backend.ok('site.vms', { readAtMs: 1, total: 1, vms: [vm(1)] });
    const { store, actions } = createSite(backend.api);
    await actions.load({ refresh: false });
    backend.answer('site.readiness', () => ({ ok: false, error: anError }));
    await actions.load({ refresh: true });
    expect(store.getState()).toMatchObject({ isLoading: false, error: anError, vms: [vm(1)] });
    backend.ok('site.readiness', readiness(1));
    await actions.load({ refresh: true });
    expect(store.getState().error).toBeUndefined();
  });
});

describe('the history', () => {
  const run = (status: 'running' | 'ended', lastSeq: number) => ({ runId, status, lastSeq });

  it('says when it is not known whether there were runs', async () => {
    const backend = new FakeBackend();
    const { store, actions } = createHistory(backend.api, createMirror());
    await actions.load();
    expect(store.getState()).toMatchObject({ hasLoaded: false, error: { title: 'no answer to runs.history' } });
    backend.ok('runs.history', { runs: [], problems: [] });
    await actions.load();
    expect(store.getState()).toEqual({ hasLoaded: true, isLoading: false, problems: [] });
  });

  it('finds a single run of a link, never in place of a later state, and says when there is none', async () => {
    const backend = new FakeBackend();
    const mirror = createMirror();
    const { actions } = createHistory(backend.api, mirror);
    backend.ok('runs.show', run('ended', 9));
    expect(await actions.find(runId)).toBeUndefined();
    backend.ok('runs.show', run('running', 3));
    await actions.find(runId);
    expect(mirror.getState().runs.get(runId)).toEqual(run('ended', 9));
    backend.answer('runs.show', () => ({ ok: false, error: anError }));
    expect(await actions.find(runId)).toEqual(anError);
  });
});

describe('the restore points', () => {
  it('come newest first, page after page', async () => {
    const backend = new FakeBackend();
    const point = (n: number) => ({ id: toRestorePointId(`${n}`), takenAtMs: n });
    backend.answer('restorePoints.list', (input) => {
      const before = inputOf(input)['before'];
      const value =
        before === undefined
          ? { restorePoints: [point(3), point(4)], nextBefore: '3' }
          : { restorePoints: [point(1), point(2)] };
      return { ok: true, value: { ...value, damaged: [], otherSnapshots: 0, total: 4 } };
    });
    const { store, actions } = createRestorePoints(backend.api);
    await actions.load();
    expect(store.getState().restorePoints.map((one) => one.id)).toEqual(['4', '3']);
    await actions.loadMore();
    expect(store.getState().restorePoints.map((one) => one.id)).toEqual(['4', '3', '2', '1']);
    expect(store.getState().nextBefore).toBeUndefined();
  });

  const listed = (id: string) => ({
    ok: true as const,
    value: { restorePoints: [{ id, takenAtMs: 1 }], damaged: [], otherSnapshots: 0, problems: [], total: 1 },
  });

  it('are asked for once at a time, and once more when something came meanwhile', async () => {
    const backend = new FakeBackend();
    const answers: ((result: Result<unknown>) => void)[] = [];
    backend.answer('restorePoints.list', () => new Promise((resolve) => answers.push(resolve)));
    const { store, actions } = createRestorePoints(backend.api);
    for (let at = 0; at < 5; at += 1) void actions.load();
    await settled();
    expect(answers).toHaveLength(1);
    void actions.load();
    answers[0]?.(listed('1'));
    await settled();
    expect(answers).toHaveLength(2);
    answers[1]?.(listed('2'));
    await settled();
    expect(answers).toHaveLength(2);
    expect(store.getState().restorePoints.map((one) => one.id)).toEqual(['2']);
  });

  it('of the repository before are not shown in another one, not even when they come late', async () => {
    const backend = new FakeBackend();
    let answer: (result: Result<unknown>) => void = () => undefined;
    backend.answer('restorePoints.list', () => new Promise((resolve) => (answer = resolve)));
    const { store, actions } = createRestorePoints(backend.api);
    void actions.load();
    await settled();
    actions.clear();
    answer(listed('1'));
    await settled();
    expect(store.getState()).toMatchObject({ hasLoaded: false, restorePoints: [] });
  });

  it('stay as they were last known while the backend is away', async () => {
    const backend = new FakeBackend();
    backend.answer('restorePoints.list', () => listed('1'));
    const { store, actions } = createRestorePoints(backend.api);
    await actions.load();
    const lost = { ...anError, code: 'contract.connection-lost' as const };
    backend.answer('restorePoints.list', () => ({ ok: false, error: lost }));
    await actions.load();
    expect(store.getState()).toMatchObject({ hasLoaded: true, error: lost, restorePoints: [{ id: '1' }] });
  });

  it('show none where the repository cannot be read, and why', async () => {
    const backend = new FakeBackend();
    backend.answer('restorePoints.list', () => ({ ok: false, error: anError }));
    const { store, actions } = createRestorePoints(backend.api);
    await actions.load();
    expect(store.getState()).toMatchObject({ hasLoaded: false, isLoading: false, restorePoints: [], error: anError });
  });
});

describe('the whole state', () => {
  const address = { hash: () => '', go: () => undefined, onChange: () => undefined };

  it('fetches what the screens show at every new beginning, and restore points when they change', async () => {
    const backend = new FakeBackend();
    const repository = { location: '/r', hasPassword: true };
    backend.ok('app.snapshot', aSnapshot({ repository }));
    let tell: (connection: { state: 'open' } | { state: 'lost'; sinceMs: number }) => void = () => undefined;
    createAppState({ api: backend.api, connect: (listener) => (tell = listener) }, address);
    const fetched = () =>
      ['site.readiness', 'runs.history', 'runs.preview', 'restorePoints.list'].map((name) => backend.countOf(name));
    tell({ state: 'open' });
    await settled();
    expect(fetched()).toEqual([1, 1, 1, 1]);
    backend.emit({ type: 'restore-points' });
    await settled();
    expect(fetched()).toEqual([1, 1, 1, 2]);
    tell({ state: 'lost', sinceMs: 1 });
    tell({ state: 'open' });
    await settled();
    expect(fetched()).toEqual([2, 2, 2, 3]);
  });

  it('reads restore points once a repository has been opened, and not before', async () => {
    const backend = new FakeBackend();
    backend.ok('app.snapshot', aSnapshot());
    createAppState({ api: backend.api, connect: (listener) => listener({ state: 'open' }) }, address);
    await settled();
    expect(backend.countOf('restorePoints.list')).toBe(0);
    backend.emit({ type: 'repository', repository: { location: '/r', hasPassword: true } });
    await settled();
    expect(backend.countOf('restorePoints.list')).toBe(1);
  });

  it('asks again what a backup would do when a run begins or ends, in whichever window', async () => {
    const backend = new FakeBackend();
    backend.ok('app.snapshot', aSnapshot());
    createAppState({ api: backend.api, connect: (listener) => listener({ state: 'open' }) }, address);
    await settled();
    const asked = [backend.countOf('runs.preview')];
    const bodies = [queuedBody, { type: 'run-started' }, { type: 'run-ended', outcome: 'succeeded' }] as const;
    for (const [at, body] of bodies.entries()) {
      backend.emit({ type: 'run', event: { ...body, runId, seq: at + 1, atMs: at } });
      await settled();
      asked.push(backend.countOf('runs.preview'));
    }
    expect(asked).toEqual([1, 2, 2, 3]);
  });
});
