// The standard run in the lab: the documented events, the bytes of the checkpoint, nothing left.
import { expect, test } from 'vitest';
import { documentedTree } from '../testing/documented-tree.ts';
import { createLabBench } from '../testing/lab-bench.ts';
import { drawRunTree } from '../testing/run-tree.ts';

test('a standard backup in the lab emits exactly the documented tree', async () => {
  const bench = await createLabBench();
  bench.lab.startGuests();
  const state = await bench.backup(bench.engine(), 'SQL01');
  expect(state, JSON.stringify([state.error, state.vms], undefined, 1)).toMatchObject({ outcome: 'succeeded' });
  expect(drawRunTree(bench.events)).toBe(documentedTree());
  expect(await bench.remains()).toEqual([]);
});
