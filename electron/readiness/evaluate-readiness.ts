// From an inventory to what the audit says: pure. Rules judge their subjects; here judgements become findings, the three
// gates, and a verdict per VM.
import type { VmId } from '../../shared/model/ids.ts';
import type { GateId, Verdict } from '../../shared/model/online-backup-gates.ts';
import type {
  Evidence,
  Finding,
  Fix,
  GateReport,
  ReadinessReport,
  VmReadiness,
  VmVerdict,
} from '../../shared/model/readiness.ts';
import type { SiteInventory, VmFacts } from '../../shared/model/site.ts';
import type { Rule, RuleJudgement } from './rule.ts';
import { rules as allRules } from './rules/index.ts';
import { summariseGate } from './summarise-gate.ts';

interface JudgedRule {
  readonly rule: Rule;
  readonly judgements: readonly RuleJudgement[];
}

const gateTitles: Readonly<Record<GateId, string>> = {
  'vm-version': 'VM configuration version',
  'host-version': 'Host version',
  'functional-level': 'Cluster functional level',
};

export function evaluateReadiness(inventory: SiteInventory, rules: readonly Rule[] = allRules): ReadinessReport {
  const judged = rules.map((rule) => ({ rule, judgements: rule.judge(inventory) }));
  const findings = judged.flatMap(findingsOf);
  const byVm = judgementsByVm(judged);
  return {
    siteName: inventory.site.name,
    readAtMs: inventory.readAtMs,
    gates: gatesOf(judged, inventory),
    vms: inventory.hosts.flatMap(({ vms }) => vms.map((vm) => vmReadiness(vm, byVm.get(vm.id) ?? []))),
    findings,
    unreachable: inventory.unreachable,
  };
}

function findingsOf({ rule, judgements }: JudgedRule): readonly Finding[] {
  return judgements.flatMap(({ subject, verdict, found, vmIds, fix }) => {
    if (verdict === 'pass' || fix === undefined) return [];
    const { id, scope, needed, readFrom, why, source } = rule;
    const severity = verdict === 'unknown' ? 'unknown' : rule.severity;
    return [{ rule: id, scope, subject, severity, needed, found, readFrom, why, fix, source, vmIds }];
  });
}

interface RuleOnVm {
  readonly rule: Rule;
  readonly verdict: Verdict;
}

function judgementsByVm(judged: readonly JudgedRule[]): ReadonlyMap<VmId, readonly RuleOnVm[]> {
  const byVm = new Map<VmId, RuleOnVm[]>();
  for (const { rule, judgements } of judged) {
    for (const { vmIds, verdict } of judgements) {
      const entry = { rule, verdict };
      for (const vmId of vmIds) {
        const list = byVm.get(vmId);
        if (list === undefined) byVm.set(vmId, [entry]);
        else list.push(entry);
      }
    }
  }
  return byVm;
}

function vmReadiness(vm: VmFacts, on: readonly RuleOnVm[]): VmReadiness {
  const open = on.filter(({ verdict }) => verdict !== 'pass');
  const gates = new Map<GateId, Verdict>();
  for (const { rule, verdict } of on) {
    if (rule.gate !== undefined) gates.set(rule.gate, worstVerdict([gates.get(rule.gate) ?? 'pass', verdict]));
  }
  return {
    vmId: vm.id,
    name: vm.name,
    hostId: vm.hostId,
    verdict: verdictOf(open),
    gates: [...gates].map(([id, verdict]) => ({ id, verdict })),
    findings: [...new Set(open.map(({ rule }) => rule.id))],
  };
}

/** What is known to be in the way counts before what is not known. */
function verdictOf(open: readonly RuleOnVm[]): VmVerdict {
  const failed = open.filter(({ verdict }) => verdict === 'fail').map(({ rule }) => rule.severity);
  if (failed.some((severity) => severity === 'blocks-online-backup' || severity === 'blocks-this-vm')) return 'not-yet';
  if (open.some(({ verdict }) => verdict === 'unknown')) return 'unknown';
  return failed.includes('degrades') ? 'limited' : 'ready';
}

function gatesOf(judged: readonly JudgedRule[], inventory: SiteInventory): readonly GateReport[] {
  const ids: readonly GateId[] = [
    'vm-version',
    'host-version',
    ...(inventory.site.cluster === undefined ? [] : (['functional-level'] as const)),
  ];
  return ids.map((id) =>
    gateReport(
      id,
      judged.filter(({ rule }) => rule.gate === id),
      inventory,
    ),
  );
}

function gateReport(id: GateId, judged: readonly JudgedRule[], inventory: SiteInventory): GateReport {
  const evidence = judged.flatMap(({ rule, judgements }) =>
    judgements.map(({ subject, verdict, found }): Evidence => {
      const { needed, readFrom } = rule;
      return { subject, verdict, found, needed, readFrom };
    }),
  );
  const counts = { pass: 0, fail: 0, unknown: 0 };
  for (const { verdict } of evidence) counts[verdict] += 1;
  // VMs of a silent host are not in the list: the gate over VMs cannot pass while there may be some.
  const hasUnseenVms = id === 'vm-version' && inventory.unreachable.length > 0;
  const verdict = worstVerdict([
    ...evidence.map((entry) => entry.verdict),
    ...(hasUnseenVms ? ['unknown' as const] : []),
  ]);
  const report = { id, title: gateTitles[id], verdict, counts, evidence };
  return { ...report, summary: summariseGate(report, inventory), fixes: fixesOf(judged) };
}

function fixesOf(judged: readonly JudgedRule[]): readonly Fix[] {
  return judged.flatMap(({ judgements }) => judgements.flatMap(({ fix }) => (fix === undefined ? [] : [fix])));
}

function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.length === 0 || verdicts.includes('unknown')) return verdicts.includes('fail') ? 'fail' : 'unknown';
  return verdicts.includes('fail') ? 'fail' : 'pass';
}
