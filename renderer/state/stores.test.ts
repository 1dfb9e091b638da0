// What the screens fetch: pages put together, later answers winning over earlier ones, errors kept, addresses parsed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../shared/ipc/define-contract.ts';
import { toRestorePointId, toVmId } from '../../shared/model/ids.ts';
import { aSnapshot, anError, FakeBackend, settled } from '../testing/fake-backend.ts';
import { createAppState } from './app-state.ts';
import { createPlan } from './plan.ts';
import { createRestorePoints } from './restore-points.ts';
import { createRoute, formatRoute, parseRoute, screens } from './route.ts';
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

  it('starts once, however often it is pressed, and is empty afterwards', async () => {
    const backend = new FakeBackend();
    backend.ok('runs.preview', {});
    backend.ok('runs.start', { runId: 'r-1' });
    const { store, actions } = createPlan(backend.api);
    actions.choose(new Set([toVmId('vm-1')]));
    expect(await Promise.all([actions.start(), actions.start()])).toEqual(['r-1', undefined]);
    expect(backend.calls.filter((call) => call.name === 'runs.start')).toEqual([
      { name: 'runs.start', input: { vmIds: ['vm-1'], mode: 'on-host', consistency: 'application' } },
    ]);
    expect(store.getState().chosen.size).toBe(0);
  });

  it('keeps the choice when the start is refused', async () => {
    const backend = new FakeBackend();
    backend.ok('runs.preview', {});
    backend.answer('runs.start', () => ({ ok: false, error: anError }));
    const { store, actions } = createPlan(backend.api);
    actions.choose(new Set([toVmId('vm-1')]));
    await settled();
    expect(await actions.start()).toBeUndefined();
    expect(store.getState()).toMatchObject({ isStarting: false, error: anError });
    expect(store.getState().chosen.size).toBe(1);
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

  it('show none where the repository cannot be read, and why', async () => {
    const backend = new FakeBackend();
    backend.answer('restorePoints.list', () => ({ ok: false, error: anError }));
    const { store, actions } = createRestorePoints(backend.api);
    await actions.load();
    expect(store.getState()).toMatchObject({ hasLoaded: true, isLoading: false, restorePoints: [], error: anError });
  });
});

describe('the address', () => {
  it('names a screen and a subject, both ways', () => {
    const subject = fc.option(fc.stringMatching(/^[A-Za-z0-9-]{1,128}$/), { nil: undefined });
    fc.assert(
      fc.property(fc.constantFrom(...screens), subject, (screen, thing) => {
        const route = thing === undefined ? { screen } : { screen, subject: thing };
        expect(parseRoute(formatRoute(route))).toEqual(route);
      }),
    );
  });

  it.each(['', '#', '#/', '#/nowhere', '#/readiness/../../etc', '#/readiness/%2e%2e', '#/constructor'])(
    '%j leads to the first screen',
    (hash) => expect(parseRoute(hash)).toEqual({ screen: 'readiness' }),
  );

  it('never fails, whatever stands in it', () => {
    fc.assert(fc.property(fc.string(), (hash) => void expect(screens).toContain(parseRoute(hash).screen)));
  });

  it('follows the back button', () => {
    let hash = '#/activity';
    let changed: () => void = () => undefined;
    const { store, go } = createRoute({
      hash: () => hash,
      go: (to) => (hash = to),
      onChange: (listener) => (changed = listener),
    });
    go({ screen: 'settings' });
    expect([hash, store.getState().screen]).toEqual(['#/settings', 'settings']);
    hash = '#/activity/r-1';
    changed();
    expect(store.getState()).toEqual({ screen: 'activity', subject: 'r-1' });
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
});
