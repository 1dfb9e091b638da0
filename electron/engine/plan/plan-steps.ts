// The documented sequence of a run, as data: the run follows it, the page about off-host mode and the dry run are drawn
// from it.
import type { PlanGroup, PlanStep } from '../../../shared/model/backup-plan.ts';
import type { VmId } from '../../../shared/model/ids.ts';

export function groupSteps({ id: groupId, vmIds }: Pick<PlanGroup, 'id' | 'vmIds'>): readonly PlanStep[] {
  return [
    ...vmIds.map((vmId): PlanStep => ({ kind: 'request-checkpoint', vmId, groupId })),
    { kind: 'take-snapshot', groupId },
    { kind: 'mount-snapshot', groupId },
    ...vmIds.flatMap((vmId): readonly PlanStep[] => [
      { kind: 'read-disks', vmId, groupId },
      { kind: 'commit', vmId, groupId },
      { kind: 'merge', vmId, groupId },
    ]),
    { kind: 'unmount-snapshot', groupId },
    { kind: 'delete-snapshot', groupId },
  ];
}

export function onHostSteps(vmId: VmId): readonly PlanStep[] {
  return [
    { kind: 'request-checkpoint', vmId },
    { kind: 'read-disks', vmId },
    { kind: 'commit', vmId },
    { kind: 'merge', vmId },
  ];
}
