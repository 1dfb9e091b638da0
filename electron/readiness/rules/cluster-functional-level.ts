// Gate 3, clusters only: no mixed builds, and the functional level raised to what the nodes support.
import {
  judgeFunctionalLevel,
  judgeHostBuild,
  levelOfBuild,
  lowestFunctionalLevel,
  plainFunctionalLevel,
} from '../../../shared/model/online-backup-gates.ts';
import type { Fix } from '../../../shared/model/readiness.ts';
import type { ClusterFacts } from '../../../shared/model/site.ts';
import type { Rule } from '../rule.ts';
import { psQuote } from './ps-quote.ts';

export const clusterFunctionalLevel: Rule = {
  id: 'cluster.level',
  scope: 'cluster',
  gate: 'functional-level',
  severity: 'blocks-online-backup',
  needed: `one build on all nodes, and the level these nodes support (${lowestFunctionalLevel} or later)`,
  readFrom:
    'Get-Cluster | Select-Object Name, ClusterFunctionalLevel; Get-ClusterNode | Select-Object Name, BuildNumber',
  why: 'Until the level is raised, the cluster behaves like its oldest release, whatever its nodes run.',
  source: 'Microsoft Learn: Cluster operating system rolling upgrade; clusapi.h, NTx_MAJOR_VERSION',
  judge: ({ site, hosts }) => {
    const { cluster } = site;
    if (cluster === undefined) return [];
    const { verdict, evidence } = judgeFunctionalLevel(cluster);
    return [
      {
        subject: cluster.name,
        verdict,
        found: evidence,
        vmIds: hosts.flatMap((inventory) => inventory.vms.filter((vm) => vm.isClustered).map((vm) => vm.id)),
        ...(verdict === 'pass' ? {} : { fix: fixFor(cluster, verdict) }),
      },
    ];
  },
};

function fixFor(cluster: ClusterFacts, verdict: 'fail' | 'unknown'): Fix {
  if (verdict === 'unknown') return lookFix(cluster);
  const oldest = Math.min(...cluster.nodes.map((node) => node.buildNumber));
  const older = cluster.nodes.filter((node) => node.buildNumber !== newestBuild(cluster)).map((node) => node.name);
  const level = levelOfBuild(newestBuild(cluster));
  const finish = [
    ...(older.length > 0 ? [`Finish the upgrade of the nodes: ${older.join(', ')}.`] : []),
    ...(judgeHostBuild(oldest) === 'fail' ? ['Every node needs Windows Server 2016 or later first.'] : []),
  ];
  return {
    steps: [
      ...finish,
      'When all nodes run the same release and are up, look what the command would do (-WhatIf changes nothing).',
      `Then run it without -WhatIf: the level goes from ${plainFunctionalLevel(cluster.functionalLevel)} to ${level ?? 'what the nodes support'}.`,
    ],
    command: `Update-ClusterFunctionalLevel -Cluster ${psQuote(cluster.name)} -WhatIf`,
    isReversible: false,
    risk: 'Irreversible: nodes of an older release can never join again. Stillpoint never runs it.',
  };
}

function lookFix(cluster: ClusterFacts): Fix {
  const name = psQuote(cluster.name);
  return {
    steps: ['Look at the level and at the builds of all nodes, then run the audit again.'],
    command: `Get-Cluster -Name ${name} | Select-Object Name, ClusterFunctionalLevel; Get-ClusterNode -Cluster ${name}`,
    isReversible: true,
    risk: 'None: reading changes nothing.',
  };
}

function newestBuild(cluster: ClusterFacts): number {
  return Math.max(...cluster.nodes.map((node) => node.buildNumber));
}
