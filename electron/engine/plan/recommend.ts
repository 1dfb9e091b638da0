// What is recommended, and the reason. Only a way that takes the reading off the hosts is recommended over on-host mode.
import type { PlanCondition, PlanReason, PlanRecommendation, PlanWay } from '../../../shared/model/backup-plan.ts';
import type { PlacedVm } from './place-vm.ts';
import { sorted } from './sorted.ts';

export function recommendVm(placed: PlacedVm, ways: readonly PlanWay[], isOffHostKnown: boolean): PlanRecommendation {
  const onHost = ways.find(({ mode }) => mode === 'on-host');
  if (onHost?.verdict !== 'pass') return { reason: reason('refused', onHost?.conditions[0]?.found) };
  if (!isOffHostKnown) return { mode: 'on-host', reason: { id: 'off-host-not-looked-at' } };
  const open = ways.find(({ mode, verdict }) => mode === 'off-host' && verdict === 'pass');
  switch (open?.variant) {
    case 'transportable':
      return { mode: 'off-host', variant: 'transportable', reason: { id: 'host-without-read-load' } };
    case 'file-share':
      return { mode: 'off-host', variant: 'file-share', reason: { id: 'file-server-reads' } };
    case 'software':
      return { mode: 'on-host', reason: reason('moves-processor-time-only', obstacle(placed, ways)?.found) };
    case undefined:
      return { mode: 'on-host', reason: whyNotOffHost(placed, ways) };
  }
}

/** Why a VM cannot go off-host: the first condition in the way, of the variant that its storage calls for. */
export function whyNotOffHost(placed: PlacedVm, ways: readonly PlanWay[]): PlanReason {
  const condition = obstacle(placed, ways);
  return reason(condition?.verdict === 'unknown' ? 'off-host-not-known' : 'off-host-not-possible', condition?.found);
}

/** The condition to tell of: what fails before what is not known. */
export function obstacle(placed: PlacedVm, ways: readonly PlanWay[]): PlanCondition | undefined {
  const isShare =
    placed.snapshotVolumes.length > 0 && placed.snapshotVolumes.every(({ storage }) => storage === 'smb3');
  const hopeful = ways.find(({ variant, verdict }) => variant !== undefined && verdict === 'unknown');
  const natural = ways.find(({ variant }) => variant === (isShare ? 'file-share' : 'transportable'));
  const way = ways.some(({ mode, verdict }) => mode === 'off-host' && verdict === 'pass')
    ? natural
    : (hopeful ?? natural);
  return (
    way?.conditions.find(({ verdict }) => verdict === 'fail') ??
    way?.conditions.find(({ verdict }) => verdict === 'unknown')
  );
}

export function recommendAll(recommendations: readonly PlanRecommendation[]): PlanRecommendation {
  const taken = recommendations.filter(({ mode }) => mode !== undefined);
  const [first] = taken;
  if (first === undefined) return { reason: { id: 'refused' } };
  const isOneMode = taken.every(({ mode }) => mode === first.mode);
  if (!isOneMode) return { reason: { id: 'vms-differ' } };
  if (first.mode === undefined) return first;
  const isAlike = taken.every((other) => JSON.stringify(other) === JSON.stringify(first));
  return isAlike ? first : { mode: first.mode, reason: { id: mainReason(taken) } };
}

/** The reason that most have, of equals the first one; no evidence, which is of one VM. */
function mainReason(recommendations: readonly PlanRecommendation[]): PlanReason['id'] {
  const counts = [...Map.groupBy(recommendations, ({ reason: { id } }) => id)];
  return sorted(counts, ([, group]) => -group.length)[0]?.[0] ?? 'refused';
}

function reason(id: PlanReason['id'], evidence: string | undefined): PlanReason {
  return evidence === undefined ? { id } : { id, evidence };
}
