// The readiness report in a size that does not grow with the site: how often each value was found, and those that do not
// pass. Pure.
import type { GateValueView, GateView, ReadinessView } from '../../../shared/ipc/views.ts';
import type { Evidence, Finding, GateReport, ReadinessReport, VmVerdict } from '../../../shared/model/readiness.ts';
import { rules } from '../../readiness/rules/index.ts';

const mostEvidence = 200;
/** Of one rule: the counts of the gates and verdicts say how many there are. */
const mostFindings = 200;

export function readinessView({
  siteName,
  readAtMs,
  gates,
  vms,
  findings,
  unreachable,
}: ReadinessReport): ReadinessView {
  const vmCounts: Record<VmVerdict, number> = { ready: 0, limited: 0, 'not-yet': 0, cannot: 0, unknown: 0 };
  for (const { verdict } of vms) vmCounts[verdict] += 1;
  return {
    siteName,
    readAtMs,
    gates: gates.map(gateView),
    vmCounts,
    vmTotal: vms.length,
    findings: fewOf(findings),
    unreachable,
  };
}

function gateView({ evidence, ...gate }: GateReport): GateView {
  // Stated by the rule, so that it is there also where nothing was found.
  const rule = rules.find((candidate) => candidate.gate === gate.id);
  const { needed = '', readFrom = '' } = rule ?? {};
  const notPassing = evidence.filter(({ verdict }) => verdict !== 'pass').slice(0, mostEvidence);
  return {
    ...gate,
    fixes: gate.fixes.slice(0, mostFindings),
    needed,
    readFrom,
    values: valuesOf(evidence),
    notPassing,
  };
}

function valuesOf(evidence: readonly Evidence[]): readonly GateValueView[] {
  const counts = new Map<string, GateValueView>();
  for (const { found, verdict } of evidence) {
    const key = `${verdict} ${found}`;
    counts.set(key, { value: found, verdict, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}

function fewOf(findings: readonly Finding[]): readonly Finding[] {
  const counts = new Map<string, number>();
  return findings.filter(({ rule }) => {
    const count = (counts.get(rule) ?? 0) + 1;
    counts.set(rule, count);
    return count <= mostFindings;
  });
}
