// While Stillpoint ends: which calls are still carried out.
import { expect, it } from 'vitest';
import { contract } from '../../shared/ipc/contract.ts';
import { callNames } from '../../shared/ipc/invoke-handler.ts';
import { endingGate, startingCalls } from './ending-gate.ts';

/** What may be done to the last moment: look, answer, cancel, and let the guests rest. */
const harmlessCalls = [
  'app.snapshot',
  'site.inventory',
  'site.gates',
  'site.readiness',
  'site.vms',
  'runs.preview',
  'runs.plan',
  'runs.answer',
  'runs.cancel',
  'runs.show',
  'runs.history',
  'restorePoints.list',
  'restorePoints.show',
  'repository.makePassword',
  'repository.status',
  'operations.cancel',
  'folders.list',
  'leftovers.list',
  'lab.status',
  'lab.stopGuests',
];

it('every call of the contract either begins something or does not: a new one has to be judged', () => {
  expect([...startingCalls, ...harmlessCalls].sort()).toEqual([...callNames(contract)].sort());
});

it('nothing new is begun, everything else goes on, and whoever stays after all may begin again', async () => {
  const carriedOut: string[] = [];
  const state = { isEnding: false };
  const invoke = endingGate(
    async (name) => {
      carriedOut.push(name);
      return { ok: true, value: name };
    },
    () => state.isEnding,
  );
  const all = callNames(contract);
  for (const name of all) expect(await invoke(name, {})).toEqual({ ok: true, value: name });
  carriedOut.length = 0;
  state.isEnding = true;
  for (const name of startingCalls)
    expect(await invoke(name, {})).toMatchObject({
      ok: false,
      error: { code: 'console.ending', params: { call: name } },
    });
  expect(carriedOut).toEqual([]);
  for (const name of harmlessCalls) expect(await invoke(name, {})).toMatchObject({ ok: true });
  state.isEnding = false;
  expect(await invoke('runs.start', {})).toEqual({ ok: true, value: 'runs.start' });
});
