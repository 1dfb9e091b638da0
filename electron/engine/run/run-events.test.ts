// docs/run-events.md tells the truth, and progress is thinned out as it says.
import { expect, test } from 'vitest';
import { isProgress } from '../../../shared/events/run-event.ts';
import { reduceRunEvents } from '../../../shared/events/reduce-run.ts';
import { readRunJournal } from '../journal/run-journal.ts';
import { documentedTree } from '../testing/documented-tree.ts';
import { fakeDrive, fakeVm } from '../testing/fake-site.ts';
import { drawRunTree } from '../testing/run-tree.ts';
import { TestBench } from '../testing/test-bench.ts';

const oneDisk = () => [fakeVm('SQL01', 'hv01', { drives: [fakeDrive('SQL01', 0)] })];

test('a standard run gives exactly the documented tree', async () => {
  const bench = new TestBench(oneDisk());
  await bench.backup(bench.engine());
  expect(drawRunTree(bench.events)).toBe(documentedTree());
});

test('numbers rise by one, times never fall, and the journal holds everything but progress', async () => {
  const bench = new TestBench([fakeVm('SQL01', 'hv01'), fakeVm('WEB01', 'hv01')]);
  const state = await bench.backup(bench.engine());
  bench.events.forEach((event, index) => {
    expect(event.seq).toBe(index + 1);
    expect(event.atMs).toBeGreaterThanOrEqual(bench.events[index - 1]?.atMs ?? 0);
  });
  const journaled = await readRunJournal(bench.journal, state.runId);
  expect(journaled).toEqual(JSON.parse(JSON.stringify(bench.events.filter((event) => !isProgress(event)))));
  expect(reduceRunEvents(bench.events)).toEqual(state);
});

test('progress: at most five a second and disk, the latest always before the next fact of that VM', async () => {
  const bench = new TestBench(oneDisk());
  await bench.backup(bench.engine());
  const progress = bench.events.filter((event) => event.type === 'disk-progress');
  // Forty reports in one second of reading.
  expect(progress.length).toBeGreaterThan(2);
  expect(progress.length).toBeLessThanOrEqual(7);
  const committing = bench.events.findIndex(
    (event) => event.type === 'vm-phase-entered' && event.phase === 'committing',
  );
  expect(bench.events[committing - 1]).toMatchObject({ type: 'disk-progress', disk: { readBytes: 400 } });
  const read = progress.map((event) => event.disk.readBytes);
  expect(read).toEqual([...read].sort((a, b) => a - b));
});
