// What the audit found about one VM. The reading names its rules in full, but each rule's findings only up to a limit: a
// VM beyond it has findings all the same, and what the rule says in general stands in for them. Pure.
import type { ReadinessView, VmRowView } from '../../../shared/ipc/views.ts';
import type { Finding } from '../../../shared/model/readiness.ts';

/** A rule in general: what it found of this VM is not at hand. */
export type GeneralFinding = Pick<Finding, 'rule' | 'severity' | 'needed' | 'readFrom' | 'why' | 'source'>;

export interface VmFindings {
  readonly own: readonly Finding[];
  readonly general: readonly GeneralFinding[];
  /** Rules of which not even a finding about another VM is at hand. */
  readonly unnamed: readonly string[];
}

export function vmFindings(
  { vmId, findings: rules }: Pick<VmRowView, 'vmId' | 'findings'>,
  { findings }: Pick<ReadinessView, 'findings'>,
): VmFindings {
  const own = findings.filter((finding) => finding.vmIds.includes(vmId));
  const told = new Set(own.map((finding) => finding.rule));
  const left = [...new Set(rules)].filter((rule) => !told.has(rule));
  const general = left.flatMap((rule) => findings.find((finding) => finding.rule === rule) ?? []);
  const named = new Set(general.map((finding) => finding.rule));
  return { own, general, unnamed: left.filter((rule) => !named.has(rule)) };
}
