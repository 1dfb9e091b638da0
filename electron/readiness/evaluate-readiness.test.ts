// What the audit concludes from facts: tables of sites, unknown facts, properties over versions and levels.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateGates } from '../../shared/model/online-backup-gates.ts';
import type { ReadinessReport } from '../../shared/model/readiness.ts';
import { evaluateReadiness } from './evaluate-readiness.ts';
import type { Rule } from './rule.ts';
import { inventoryOf, type SiteSpec } from './testing/inventories.ts';

const sql = { name: 'SQL01', version: '10.0' };
const healthy: SiteSpec = {
  level: 11,
  hosts: [
    { name: 'HV01', build: 20_348, vms: [sql, { name: 'WEB01', version: '9.0' }] },
    { name: 'HV02', build: 20_348 },
  ],
};

function verdicts(report: ReadinessReport): Record<string, string> {
  return Object.fromEntries(report.gates.map((gate) => [gate.id, gate.verdict]));
}

function vmVerdicts(report: ReadinessReport): Record<string, string> {
  return Object.fromEntries(report.vms.map((vm) => [vm.name, vm.verdict]));
}

describe('the three gates', () => {
  const twoHosts = (build1: number, build2: number, level?: number): SiteSpec => ({
    ...(level === undefined ? {} : { level }),
    hosts: [
      { name: 'HV01', build: build1, vms: [sql] },
      { name: 'HV02', build: build2 },
    ],
  });
  it.each<[string, SiteSpec, Record<string, string>, string]>([
    ['all well', healthy, { 'vm-version': 'pass', 'host-version': 'pass', 'functional-level': 'pass' }, 'ready'],
    [
      'an upgrade that is not finished',
      twoHosts(17_763, 20_348, 10),
      { 'vm-version': 'pass', 'host-version': 'pass', 'functional-level': 'fail' },
      'not-yet',
    ],
    [
      'a level that was never raised',
      twoHosts(20_348, 20_348, 10),
      { 'vm-version': 'pass', 'host-version': 'pass', 'functional-level': 'fail' },
      'not-yet',
    ],
    [
      'a node of 2012 R2',
      twoHosts(20_348, 9600, 8),
      { 'vm-version': 'pass', 'host-version': 'fail', 'functional-level': 'fail' },
      'not-yet',
    ],
    [
      'a build nobody knows',
      twoHosts(25_398, 25_398, 11),
      { 'vm-version': 'pass', 'host-version': 'pass', 'functional-level': 'unknown' },
      'unknown',
    ],
    ['no cluster', twoHosts(14_393, 17_763), { 'vm-version': 'pass', 'host-version': 'pass' }, 'ready'],
    [
      'no cluster, the other host too old',
      twoHosts(14_393, 9600),
      { 'vm-version': 'pass', 'host-version': 'fail' },
      'ready',
    ],
  ])('%s', (_name, site, gates, vm) => {
    const report = evaluateReadiness(inventoryOf(site));
    expect(verdicts(report)).toEqual(gates);
    expect(vmVerdicts(report)['SQL01']).toBe(vm);
  });

  it('name the real values, where they were read, and the exact command, and say what cannot be taken back', () => {
    const report = evaluateReadiness(
      inventoryOf({ level: 10, hosts: [{ name: 'HV01', build: 20_348, vms: [{ name: "O'Brien", version: '5.0' }] }] }),
    );
    const [versionGate, , levelGate] = report.gates;
    expect(versionGate?.summary).toBe("0 of 1 VM have 8.0 or later; 1 below: O'Brien (5.0).");
    expect(versionGate?.evidence[0]).toMatchObject({ subject: "O'Brien", found: '5.0', needed: '8.0 or later' });
    expect(versionGate?.evidence[0]?.readFrom).toContain('Get-VM');
    expect(versionGate?.fixes[0]).toMatchObject({
      command: "Update-VMVersion -ComputerName 'HV01' -Name 'O''Brien'",
      isReversible: false,
    });
    expect(levelGate?.summary).toBe('Cluster functional level 10; its nodes support 11.');
    expect(levelGate?.fixes[0]).toMatchObject({
      command: "Update-ClusterFunctionalLevel -Cluster 'SHOP-CLU' -WhatIf",
      isReversible: false,
    });
  });

  it('say what those that pass have', () => {
    const [versionGate] = evaluateReadiness(inventoryOf(healthy)).gates;
    expect(versionGate?.summary).toBe('2 of 2 VMs have 8.0 or later: 1 with 10.0, 1 with 9.0.');
  });
});

describe('what is not known', () => {
  const withSilentNode: SiteSpec = {
    level: 11,
    hosts: [
      { name: 'HV01', build: 20_348, vms: [sql] },
      { name: 'HV02', build: 20_348, isSilent: true },
    ],
  };

  it('is unknown, never passed: a silent host may own VMs that nobody sees', () => {
    const report = evaluateReadiness(inventoryOf(withSilentNode));
    expect(verdicts(report)['vm-version']).toBe('unknown');
    expect(report.gates[0]?.summary).toContain('VMs of HV02 not known');
    expect(report.findings.map(({ rule, severity }) => [rule, severity])).toContainEqual(['host.answers', 'unknown']);
    expect(report.unreachable).toHaveLength(1);
  });

  it('is known all the same where the cluster says it: the build of a node that is down', () => {
    const report = evaluateReadiness(inventoryOf(withSilentNode));
    expect(verdicts(report)['host-version']).toBe('pass');
    expect(vmVerdicts(report)).toEqual({ SQL01: 'ready' });
  });

  it('counts after what is known to be in the way', () => {
    const report = evaluateReadiness(
      inventoryOf({ level: 11, hosts: [{ name: 'HV01', build: 0, vms: [{ name: 'OLD', version: '5.0' }] }] }),
    );
    expect(vmVerdicts(report)).toEqual({ OLD: 'not-yet' });
  });

  it('leaves a site without any answer without a pass', () => {
    const report = evaluateReadiness(inventoryOf({ hosts: [{ name: 'HV01', build: 0, isSilent: true }] }));
    expect(Object.values(verdicts(report))).toEqual(['unknown', 'unknown']);
  });
});

describe('verdicts per VM', () => {
  const version = fc.oneof(
    fc.constantFrom('5.0', '8.0', '9.0', '10.0', 'junk', ''),
    fc.tuple(fc.nat(30), fc.nat(9)).map(([major, minor]) => `${major}.${minor}`),
    fc.string({ maxLength: 8 }),
  );
  const build = fc.constantFrom(0, 9600, 14_393, 17_763, 20_348, 25_398, 26_100);

  it('are "ready" exactly where the engine lets the VM pass', () => {
    fc.assert(
      fc.property(version, build, build, fc.option(fc.integer({ min: 7, max: 13 })), (text, build1, build2, level) => {
        const inventory = inventoryOf({
          ...(level === null ? {} : { level }),
          hosts: [
            { name: 'HV01', build: build1, vms: [{ name: 'VM', version: text }] },
            { name: 'HV02', build: build2 },
          ],
        });
        const [host] = inventory.hosts;
        const gates = evaluateGates(host!.vms[0]!, host!.host, inventory.site);
        const [vm] = evaluateReadiness(inventory).vms;
        expect(vm?.verdict === 'ready').toBe(gates.every((gate) => gate.passes));
      }),
    );
  });

  it('are limited for a VM that does not run, whatever the gates say', () => {
    const inventory = inventoryOf(healthy);
    const [host, ...others] = inventory.hosts;
    const off = { ...host!, vms: host!.vms.map((vm) => ({ ...vm, state: 'off' as const })) };
    const report = evaluateReadiness({ ...inventory, hosts: [off, ...others] });
    expect(vmVerdicts(report)).toEqual({ SQL01: 'limited', WEB01: 'limited' });
    expect(Object.values(verdicts(report))).toEqual(['pass', 'pass', 'pass']);
    expect(report.findings[0]).toMatchObject({ rule: 'vm.state', subject: 'SQL01', found: 'off' });
  });

  it('know the difference between a limit and a block, for rules still to come', () => {
    const rule: Rule = {
      id: 'vm.test',
      scope: 'vm',
      severity: 'degrades',
      needed: 'x',
      readFrom: 'y',
      why: 'z',
      source: 's',
      judge: ({ hosts }) =>
        hosts.flatMap(({ vms }) =>
          vms.map((vm) => ({
            subject: vm.name,
            verdict: 'fail' as const,
            found: 'f',
            vmIds: [vm.id],
            fix: { steps: [], isReversible: true, risk: 'none' },
          })),
        ),
    };
    const judged = (severity: Rule['severity']) =>
      evaluateReadiness(inventoryOf(healthy), [{ ...rule, severity }]).vms.map((vm) => vm.verdict);
    expect(judged('degrades')).toEqual(['limited', 'limited']);
    expect(judged('advice')).toEqual(['ready', 'ready']);
    expect(judged('blocks-this-vm')).toEqual(['not-yet', 'not-yet']);
  });

  it('are given to each of 8,000 VMs on 64 nodes', () => {
    const vms = Array.from({ length: 125 }, (_unused, i) => ({ name: `VM${i}`, version: i % 7 === 0 ? '5.0' : '9.0' }));
    const hosts = Array.from({ length: 64 }, (_unused, i) => ({ name: `HV${i}`, build: 20_348, vms }));
    const inventory = inventoryOf({ level: 11, hosts });
    const report = evaluateReadiness(inventory);
    expect(report.vms).toHaveLength(8000);
    expect(report.vms.filter((vm) => vm.verdict === 'not-yet')).toHaveLength(64 * 18);
  });
});
