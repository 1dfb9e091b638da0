// What the bench shows has to be what it claims to be: pages without gaps, figures that differ on the screen.
import { describe, expect, it } from 'vitest';
import { reduceRun } from '../../shared/events/reduce-run.ts';
import { formatBytes } from '../../shared/words/format.ts';
import { FakeRun, fakeDiskCount } from './fake-run.ts';
import { fakeReadiness, fakeVmId, fakeVmPage } from './fake-site.ts';

describe('the site', () => {
  it.each([
    [0, 1000],
    [1, 1000],
    [1000, 1000],
    [1001, 1000],
    [8000, 1000],
  ])('of %d VMs comes whole in pages of %d', (vmTotal, limit) => {
    const ids: string[] = [];
    for (let after; ;) {
      const page = fakeVmPage(vmTotal, limit, after);
      expect(page.readAtMs).toBe(fakeReadiness(vmTotal).readAtMs);
      ids.push(...page.vms.map((vm) => vm.vmId));
      after = page.nextAfter;
      if (after === undefined) break;
    }
    expect(ids).toEqual(Array.from({ length: vmTotal }, (_none, index) => fakeVmId(index)));
  });
});

describe('the run', () => {
  it('reads all its disks, and every figure is another one on the screen', () => {
    const run = new FakeRun(() => 1_700_000_000_000);
    let state = run.begin();
    expect(Object.values(state.vms).map((vm) => vm.phase)).toEqual(['reading', 'reading', 'reading', 'reading']);
    const written = new Map<string, Set<string>>();
    const figures = 200;
    for (let count = 0; count < figures * fakeDiskCount; count += 1) {
      const { label, value, event } = run.progress(count % fakeDiskCount);
      const before = state;
      state = reduceRun(state, event);
      expect(state).not.toBe(before);
      written.set(label, (written.get(label) ?? new Set()).add(formatBytes(value)));
    }
    expect(written.size).toBe(fakeDiskCount);
    for (const texts of written.values()) expect(texts.size).toBe(figures);
  });
});
