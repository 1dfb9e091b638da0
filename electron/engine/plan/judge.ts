// How single answers become one: the worst counts, and what is not known never passes.
import type { PlanCondition, PlanConditionId } from '../../../shared/model/backup-plan.ts';
import type { SnapshotVolumeFacts } from '../../../shared/model/off-host.ts';
import type { Judgement, Verdict } from '../../../shared/model/online-backup-gates.ts';
import { conditionTexts } from './condition-texts.ts';
import type { PlacedVm } from './place-vm.ts';

export const pass = (evidence: string): Judgement => ({ verdict: 'pass', evidence });
export const fail = (evidence: string): Judgement => ({ verdict: 'fail', evidence });
export const unknown = (evidence: string): Judgement => ({ verdict: 'unknown', evidence });

export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  return (['fail', 'unknown'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'pass';
}

/** The worst of all, with everything that is as bad. No answer at all is not a good one. */
export function worstOf(judgements: readonly Judgement[]): Judgement {
  if (judgements.length === 0) return unknown('nothing is known');
  const verdict = worstVerdict(judgements.map((judgement) => judgement.verdict));
  const told = judgements.filter((judgement) => judgement.verdict === verdict).map(({ evidence }) => evidence);
  return { verdict, evidence: [...new Set(told)].join('; ') };
}

/** Judges each volume of a VM; one that nothing is known of is unknown. */
export function overVolumes(placed: PlacedVm, judge: (volume: SnapshotVolumeFacts) => Judgement): Judgement {
  return worstOf([...placed.snapshotVolumes.map(judge), ...placed.unknowns.map(unknown)]);
}

export function condition(id: PlanConditionId, { verdict, evidence }: Judgement, ownFix?: string): PlanCondition {
  const { fix, ...texts } = conditionTexts[id];
  const plain = { id, verdict, found: evidence, ...texts };
  return verdict === 'pass' ? plain : { ...plain, fix: ownFix ?? fix };
}
