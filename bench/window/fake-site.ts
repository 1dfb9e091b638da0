// A site of any size as the contract shows it, without hosts behind it.
import type { GateView, ReadinessView, VmPage, VmRowView } from '../../shared/ipc/views.ts';
import { toHostId, toVmId, type VmId } from '../../shared/model/ids.ts';

const GiB = 1024 ** 3;
const vmsPerHost = 60;
const readAtMs = Date.UTC(2026, 10, 25, 8);

export function fakeVmId(index: number): VmId {
  return toVmId(`00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`);
}

export function fakeReadiness(vmTotal: number): ReadinessView {
  const gate = (id: GateView['id'], title: string, value: string, count: number): GateView => ({
    id,
    title,
    verdict: 'pass',
    summary: 'Everything passes.',
    counts: { pass: count, fail: 0, unknown: 0 },
    fixes: [],
    needed: 'what is needed',
    readFrom: 'the bench',
    values: [{ value, count, verdict: 'pass' }],
    notPassing: [],
  });
  return {
    siteName: 'Bench',
    readAtMs,
    gates: [
      gate('vm-version', 'VM configuration version', '10.0', vmTotal),
      gate('host-version', 'Host version', 'Windows Server 2022 Datacenter (build 20348)', hostOf(vmTotal) + 1),
      gate('functional-level', 'Cluster functional level', 'Cluster functional level 11; its nodes support 11', 1),
    ],
    vmCounts: { ready: vmTotal, limited: 0, 'not-yet': 0, cannot: 0, unknown: 0 },
    vmTotal,
    findings: [],
    unreachable: [],
  };
}

export function fakeVmPage(vmTotal: number, limit: number, after?: VmId): VmPage {
  const begin = after === undefined ? 0 : Number.parseInt(after.slice(-12), 16) + 1;
  const end = Math.min(vmTotal, begin + limit);
  const vms = Array.from({ length: end - begin }, (_none, index) => fakeVm(begin + index));
  const last = vms.at(-1);
  return { readAtMs, total: vmTotal, vms, ...(end < vmTotal && last !== undefined ? { nextAfter: last.vmId } : {}) };
}

function fakeVm(index: number): VmRowView {
  const hostName = `HV${String(hostOf(index) + 1).padStart(3, '0')}`;
  return {
    vmId: fakeVmId(index),
    name: `VM${String(index + 1).padStart(5, '0')}`,
    hostId: toHostId(hostName),
    hostName,
    state: 'running',
    guest: index % 3 === 0 ? 'linux' : 'windows',
    generation: 2,
    configurationVersion: '10.0',
    isClustered: true,
    diskCount: 2,
    sizeBytes: 200 * GiB,
    fileSizeBytes: (20 + (index % 80)) * GiB,
    verdict: 'ready',
    gates: [
      { id: 'vm-version', verdict: 'pass' },
      { id: 'host-version', verdict: 'pass' },
      { id: 'functional-level', verdict: 'pass' },
    ],
    findings: [],
  };
}

function hostOf(index: number): number {
  return Math.floor(index / vmsPerHost);
}
