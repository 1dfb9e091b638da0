// Every way to back one VM up, with its conditions; and the ways that are open to it.
import type { PlanWay } from '../../../shared/model/backup-plan.ts';
import type { OffHostVariant, SnapshotProvider } from '../../../shared/model/off-host.ts';
import { commonConditions, onlineCondition, type PlanContext } from './common-conditions.ts';
import { worstVerdict } from './judge.ts';
import type { PlacedVm } from './place-vm.ts';
import { commonProviders, variantConditions, variants } from './variant-conditions.ts';

/** On-host first, then the off-host variants in order of preference. */
export function vmWays(placed: PlacedVm, context: PlanContext): readonly PlanWay[] {
  const online = onlineCondition(placed, context.inventory.site);
  const common = commonConditions(placed, context);
  return [
    { mode: 'on-host', verdict: online.verdict, conditions: [online] },
    ...variants.map((variant): PlanWay => {
      const conditions = [...common, ...variantConditions(variant, placed, context)];
      return {
        mode: 'off-host',
        variant,
        verdict: worstVerdict(conditions.map(({ verdict }) => verdict)),
        conditions,
      };
    }),
  ];
}

export interface OffHostOption {
  readonly variant: OffHostVariant;
  readonly provider: SnapshotProvider;
}

/** Best first; empty where off-host is not possible, or not known to be. */
export function offHostOptions(placed: PlacedVm, ways: readonly PlanWay[]): readonly OffHostOption[] {
  return ways.flatMap(({ variant, verdict }) =>
    variant === undefined || verdict !== 'pass'
      ? []
      : commonProviders(placed.snapshotVolumes, variant).map((provider) => ({ variant, provider })),
  );
}
