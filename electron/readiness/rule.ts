// What a rule of the audit is. A rule looks at the whole inventory and gives one judgement per subject; what follows
// from that for VMs, gates and findings is the same for every rule and is worked out in evaluate-readiness.ts.
import type { VmId } from '../../shared/model/ids.ts';
import type { GateId, Verdict } from '../../shared/model/online-backup-gates.ts';
import type { FindingScope, Fix, Severity } from '../../shared/model/readiness.ts';
import type { SiteInventory } from '../../shared/model/site.ts';

export interface RuleJudgement {
  readonly subject: string;
  readonly verdict: Verdict;
  readonly found: string;
  /** The VMs it speaks about. */
  readonly vmIds: readonly VmId[];
  /** Present unless the verdict is `pass`. */
  readonly fix?: Fix;
}

export interface Rule {
  /** Stable: scripts and reports refer to it. */
  readonly id: string;
  readonly scope: FindingScope;
  /** Set on the rules that decide one of the three gates. */
  readonly gate?: GateId;
  /** Of a finding where the fact is known and bad. */
  readonly severity: Exclude<Severity, 'unknown'>;
  readonly needed: string;
  readonly readFrom: string;
  readonly why: string;
  readonly source: string;
  judge(inventory: SiteInventory): readonly RuleJudgement[];
}
