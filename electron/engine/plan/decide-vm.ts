// What becomes of one VM: the mode it is planned in and why, or the refusal. A mode is never changed in silence: a VM
// that goes on-host although off-host was asked for carries that in the plan.
import type {
  PlanReason,
  PlanRecommendation,
  PlanRefusal,
  PlanVm,
  PlanWay,
} from '../../../shared/model/backup-plan.ts';
import type { BackupMode } from '../../../shared/model/restore-point.ts';
import { vmRefusal } from '../run/vm-refusal.ts';
import type { PlanContext } from './common-conditions.ts';
import type { PlacedVm } from './place-vm.ts';
import { obstacle, recommendVm, whyNotOffHost } from './recommend.ts';
import { offHostOptions, vmWays } from './vm-ways.ts';
import type { Candidate } from './volume-groups.ts';

export interface DecidedVm {
  readonly placed: PlacedVm;
  readonly ways: readonly PlanWay[];
  readonly recommendation: PlanRecommendation;
  readonly why: PlanReason;
  /** Absent with a refusal. */
  readonly mode?: BackupMode;
  readonly fallback?: NonNullable<PlanVm['fallback']>;
  readonly refusal?: PlanRefusal;
  /** For a group; of VMs that are planned off-host. */
  readonly candidate?: Candidate;
}

export function decideVm(placed: PlacedVm, asked: BackupMode, context: PlanContext): DecidedVm {
  const ways = vmWays(placed, context);
  const recommendation = recommendVm(placed, ways, context.offHost !== undefined);
  const seen = { placed, ways, recommendation };
  const refusal = onlineRefusal(placed, context);
  if (refusal !== undefined) return { ...seen, why: recommendation.reason, refusal };
  if (asked === 'on-host') return { ...seen, why: { id: 'as-asked' }, mode: 'on-host' };
  const options = offHostOptions(placed, ways);
  if (options.length > 0) {
    return { ...seen, why: { id: 'as-asked' }, mode: 'off-host', candidate: { placed, options } };
  }
  const why: PlanReason =
    context.offHost === undefined ? { id: 'off-host-not-looked-at' } : whyNotOffHost(placed, ways);
  const { modePolicy } = context.settings;
  return modePolicy === 'fail'
    ? { ...seen, why, refusal: offHostRefusal(placed, ways) }
    : { ...seen, why, mode: 'on-host', fallback: modePolicy };
}

function onlineRefusal({ vm, host }: PlacedVm, { inventory }: PlanContext): PlanRefusal | undefined {
  const error = vmRefusal(vm, host, inventory.site);
  return error && { vmId: vm.id, name: vm.name, code: error.code, ...error.text };
}

function offHostRefusal(placed: PlacedVm, ways: readonly PlanWay[]): PlanRefusal {
  const { vm } = placed;
  const way = obstacle(placed, ways);
  const isKnown = way?.verdict === 'fail';
  const text = way === undefined ? '' : `${way.found}. Needed: ${way.needed}. ${way.why}. `;
  return {
    vmId: vm.id,
    name: vm.name,
    code: 'off-host-not-possible',
    title: `${vm.name} cannot be backed up off-host${isKnown ? '' : ', as far as is known'}`,
    meaning: `${text}Nothing was changed on the host.`,
    nextStep: way?.fix === undefined ? 'Use on-host mode.' : `${way.fix}.`,
  };
}
