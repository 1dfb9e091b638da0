// What a window gets of a reading: small however large the site is, and never a row lost between two pages.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VmId } from '../../../shared/model/ids.ts';
import { evaluateReadiness } from '../../readiness/index.ts';
import { inventoryOf, type SiteSpec } from '../../readiness/testing/inventories.ts';
import { SiteReading } from '../site-reader.ts';
import { readinessView } from './readiness-view.ts';
import { mostReadBytes, vmPage } from './vm-rows.ts';

const viewOf = (spec: SiteSpec) => readinessView(evaluateReadiness(inventoryOf(spec)));

describe('readiness in small pieces', () => {
  it('says how often each value was found, most frequent first, and names those that do not pass', () => {
    const versions = ['9.0', '10.0', '9.0', '5.0', '9.0', ''];
    const vms = versions.map((version, at) => ({ name: `VM${at}`, version }));
    const view = viewOf({ hosts: [{ name: 'HV01', build: 20_348, vms }] });
    const [versionGate, hostGate] = view.gates;
    expect(versionGate?.values.map(({ value, count, verdict }) => [value, count, verdict])).toEqual([
      ['9.0', 3, 'pass'],
      ['"", which is not a version', 1, 'unknown'],
      ['10.0', 1, 'pass'],
      ['5.0', 1, 'fail'],
    ]);
    expect(versionGate?.notPassing.map((evidence) => evidence.subject)).toEqual(['VM3', 'VM5']);
    expect(versionGate).toMatchObject({ counts: { pass: 4, fail: 1, unknown: 1 }, needed: '8.0 or later' });
    expect(versionGate).not.toHaveProperty('evidence');
    expect(hostGate?.values).toHaveLength(1);
    expect(view.vmCounts).toEqual({ ready: 4, limited: 0, 'not-yet': 1, cannot: 0, unknown: 1 });
    expect(view.vmTotal).toBe(6);
  });

  it('says what is needed and where it is read also where nothing was found', () => {
    const view = viewOf({ hosts: [{ name: 'HV01', build: 20_348, isSilent: true }] });
    for (const gate of view.gates) {
      expect(gate.needed).not.toBe('');
      expect(gate.readFrom).not.toBe('');
    }
    expect(view.unreachable).toHaveLength(1);
  });

  it('stays small for a large site in a bad state', () => {
    const vms = Array.from({ length: 8000 }, (_, at) => ({ name: `VM${at}`, version: '5.0' }));
    const view = viewOf({ hosts: [{ name: 'HV01', build: 20_348, vms }] });
    expect(view.gates[0]?.notPassing).toHaveLength(200);
    expect(view.gates[0]?.counts.fail).toBe(8000);
    expect(view.findings.length).toBeLessThanOrEqual(1000);
    expect(JSON.stringify(view).length).toBeLessThan(1_000_000);
  });
});

describe('pages of VMs', () => {
  const readingOf = (names: readonly string[]): SiteReading =>
    new SiteReading(
      inventoryOf({ hosts: [{ name: 'HV01', build: 20_348, vms: names.map((name) => ({ name, version: '9.0' })) }] }),
    );

  it('give every VM once, in one order, whatever the size of a page and however names repeat', () => {
    const name = fc.constantFrom('SQL', 'sql', 'WEB1', 'WEB10', 'WEB2', 'ö', '');
    fc.assert(
      fc.property(fc.array(name, { maxLength: 40 }), fc.integer({ min: 1, max: 7 }), (names, limit) => {
        const { rows } = readingOf(names);
        const seen: VmId[] = [];
        let after: VmId | undefined;
        do {
          const page = vmPage(rows, 1, { after, limit });
          expect(page.total).toBe(names.length);
          expect(page.vms.length).toBeLessThanOrEqual(limit);
          seen.push(...page.vms.map((vm) => vm.vmId));
          after = page.nextAfter;
        } while (after !== undefined);
        expect(seen).toEqual(rows.map((row) => row.vmId));
        expect(new Set(seen).size).toBe(names.length);
      }),
    );
  });

  it('are sorted as people sort names', () => {
    const { rows } = readingOf(['WEB10', 'web2', 'Alpha', 'WEB1']);
    expect(rows.map((row) => row.name)).toEqual(['Alpha', 'WEB1', 'web2', 'WEB10']);
  });

  it('say when they follow a VM that is not there any more', () => {
    const [gone] = readingOf(['A', 'B']).rows;
    expect(() => vmPage([], 1, { after: gone?.vmId, limit: 5 })).toThrow(
      expect.objectContaining({ code: 'console.reading-changed' }) as Error,
    );
  });

  it('are worked out once per reading', () => {
    const reading = readingOf(['A']);
    expect(reading.rows).toBe(reading.rows);
    expect(reading.report).toBe(reading.report);
  });
});

describe('what is read of a disk at most', () => {
  const drive = { chain: ['a.vhdx'], fileSizeBytes: 10, sizeBytes: 100 };
  it.each<[string, Parameters<typeof mostReadBytes>[0], number | undefined]>([
    ['its file', drive, 10],
    ['its whole virtual size, where the file has parents', { ...drive, chain: ['a.avhdx', 'a.vhdx'] }, 100],
    ['its virtual size, where the file is not known', { chain: ['a.vhdx'], sizeBytes: 100 }, 100],
    ['unknown', { chain: ['a.vhdx'] }, undefined],
    ['unknown with parents, whatever its own file has', { chain: ['b', 'a'], fileSizeBytes: 10 }, undefined],
  ])('is %s', (_name, facts, bytes) => {
    expect(mostReadBytes(facts)).toBe(bytes);
  });
});
