// The growth of checkpoint files: seen while they stand, harmless where it cannot be seen, over when the VM is.
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { RunEvent } from '../../../shared/events/run-event.ts';
import { fakeDrive, fakeVm } from '../testing/fake-site.ts';
import { TestBench } from '../testing/test-bench.ts';

type Growth = Extract<RunEvent, { type: 'checkpoint-growth' }>;

const oneDisk = () => [fakeVm('SQL01', 'hv01', { drives: [fakeDrive('SQL01', 0)] })];
const growthOf = (bench: TestBench): readonly Growth[] =>
  bench.events.filter((event) => event.type === 'checkpoint-growth');

function atOf(bench: TestBench, phase: string): number {
  return bench.events.findIndex((event) => event.type === 'vm-phase-entered' && event.phase === phase);
}

describe('the growth of checkpoint files', () => {
  it('is told from the moment of the redirection until the merge is confirmed, and grows with the files', async () => {
    const bench = new TestBench(oneDisk());
    const state = await bench.backup(bench.engine({ settings: { growthPollMs: 200 } }));
    const growth = growthOf(bench);
    const at = growth.map((event) => bench.events.indexOf(event));
    expect(at[0]).toBeGreaterThan(atOf(bench, 'redirected'));
    expect(at[0]).toBeLessThan(atOf(bench, 'reading'));
    expect(at.some((index) => index > atOf(bench, 'reading') && index < atOf(bench, 'merging'))).toBe(true);
    expect(at.some((index) => index > atOf(bench, 'merging'))).toBe(true);
    expect(at.at(-1)).toBeLessThan(bench.events.findIndex((event) => event.type === 'merge-confirmed'));
    const standing = growth.slice(0, 3).map((event) => event.files[0]?.fileSizeBytes ?? -1);
    expect(standing[1]).toBeGreaterThan(standing[0]!);
    expect(standing[2]).toBeGreaterThan(standing[1]!);
    // What was seen last stays, with its time.
    const last = growth.at(-1)!;
    expect(Object.values(state.vms)[0]?.growth).toEqual({ atMs: last.atMs, files: last.files });
  });

  it.each<[string, Error]>([
    ['silent', new AppError('hyperv.host-unreachable', { host: 'hv01', reason: 'no answer' })],
    ['broken', new TypeError('something nobody foresaw')],
  ])('does not touch the run when a look fails: %s host', async (_name, error) => {
    const bench = new TestBench(oneDisk());
    // Between these two nobody else looks at the VM.
    bench.site.script.before = (method) => {
      const isReading = atOf(bench, 'reading') >= 0;
      const isCommitted = bench.events.some((event) => event.type === 'restore-point-committed');
      if (method === 'readVm' && isReading && !isCommitted) throw error;
    };
    const state = await bench.backup(bench.engine({ settings: { growthPollMs: 100 } }));
    expect(state.outcome).toBe('succeeded');
    expect(Object.values(state.vms)[0]).toMatchObject({ warnings: [], outcome: 'succeeded' });
    const [first, second] = growthOf(bench);
    expect(first?.atMs).toBeDefined();
    // Nothing is made up while nothing is seen.
    expect(bench.events.indexOf(second!)).toBeGreaterThan(atOf(bench, 'merging'));
  });

  it('ends with the VM, cancelled or not: no look comes after it, and nobody sleeps on', async () => {
    const bench = new TestBench(oneDisk());
    const engine = bench.engine({ settings: { growthPollMs: 50 } });
    const run = async () => {
      const { id } = bench.site.vms[0]!;
      const handle = await engine.startBackup({ vmIds: [id], mode: 'on-host', consistency: 'application' });
      engine.subscribe((event) => {
        if (event.type === 'vm-phase-entered' && event.phase === 'reading') handle.cancel();
      });
      return handle.done;
    };
    const state = await bench.clock.drive(run());
    expect(state.outcome).toBe('cancelled');
    const calls = bench.site.calls.length;
    // Whoever still slept would be woken by this.
    await expect(bench.clock.drive(new Promise<never>(() => undefined))).rejects.toThrow('nobody sleeps');
    expect(bench.site.calls).toHaveLength(calls);
    expect(bench.events.at(-1)?.type).toBe('run-ended');
  });

  it('comes to what was told before the end: a late answer is left out', async () => {
    const bench = new TestBench(oneDisk());
    await bench.backup(bench.engine({ settings: { growthPollMs: 100 } }));
    const ended = bench.events.findIndex((event) => event.type === 'vm-ended');
    expect(growthOf(bench).every((event) => bench.events.indexOf(event) < ended)).toBe(true);
  });
});
