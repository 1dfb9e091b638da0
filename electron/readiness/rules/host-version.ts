// Gate 2: every host that can own a VM runs Windows Server 2016 or later. In a cluster that is every node, whoever owns
// the VM now: it may be on another one when the backup begins.
import type { VmId } from '../../../shared/model/ids.ts';
import { judgeHostBuild, lowestHostBuild, releaseNameOf } from '../../../shared/model/online-backup-gates.ts';
import type { Fix } from '../../../shared/model/readiness.ts';
import type { SiteInventory, UnreachableHost } from '../../../shared/model/site.ts';
import type { Rule, RuleJudgement } from '../rule.ts';
import { psQuote } from './ps-quote.ts';
import { reachHostFix } from './unreachable-fix.ts';

export const hostVersion: Rule = {
  id: 'host.build',
  scope: 'host',
  gate: 'host-version',
  severity: 'blocks-online-backup',
  needed: `Windows Server or Hyper-V Server 2016 or later (build ${lowestHostBuild})`,
  readFrom: 'Get-CimInstance Win32_OperatingSystem; for nodes Get-ClusterNode | Select-Object Name, BuildNumber',
  why: 'Hosts before 2016 have no recovery checkpoints with change tracking, and a clustered VM can move to any node.',
  source: 'Microsoft Learn: Hyper-V backup approaches; Failover clustering, Get-ClusterNode',
  judge: (inventory) => {
    const clustered = vmIdsWhere(inventory, (vm) => vm.isClustered);
    return inventory.site.hosts.map((host): RuleJudgement => {
      const own = inventory.hosts.find((candidate) => candidate.host.id === host.id);
      const node = inventory.site.cluster?.nodes.find((candidate) => candidate.hostId === host.id);
      const buildNumber = own?.host.buildNumber ?? node?.buildNumber;
      const vmIds = host.inCluster ? clustered : (own?.vms.map((vm) => vm.id) ?? []);
      const verdict = buildNumber === undefined ? 'unknown' : judgeHostBuild(buildNumber);
      const silent = inventory.unreachable.find((candidate) => candidate.hostId === host.id);
      return {
        subject: host.name,
        verdict,
        found: describe(own?.host.osName, buildNumber, silent),
        vmIds,
        ...(verdict === 'pass' ? {} : { fix: fixFor(host.name, host.inCluster, verdict, silent) }),
      };
    });
  },
};

function vmIdsWhere({ hosts }: SiteInventory, wanted: (vm: { isClustered: boolean }) => boolean): readonly VmId[] {
  return hosts.flatMap((inventory) => inventory.vms.filter(wanted).map((vm) => vm.id));
}

function describe(osName: string | undefined, build: number | undefined, silent: UnreachableHost | undefined): string {
  if (build === undefined || build <= 0) return silent === undefined ? 'not stated' : `not known: ${silent.reason}`;
  const name = osName ?? releaseNameOf(build);
  const from = osName === undefined ? ', as the cluster says' : '';
  return name === undefined ? `build ${build}${from}` : `${name} (build ${build}${from})`;
}

function fixFor(name: string, inCluster: boolean, verdict: 'fail' | 'unknown', silent?: UnreachableHost): Fix {
  if (verdict === 'unknown') return reachHostFix(name, silent?.reason ?? 'it did not say its build');
  const drain = `Move its VMs to another host${inCluster ? ' (drain the node)' : ''}, then install a newer Windows Server.`;
  return {
    steps: [drain, ...(inCluster ? ['Do the same with every older node: one node is enough to hold all back.'] : [])],
    ...(inCluster ? { command: `Suspend-ClusterNode -Name ${psQuote(name)} -Drain` } : {}),
    isReversible: false,
    risk: 'A new operating system on the host: plan it, and have a backup of the VMs first.',
  };
}
