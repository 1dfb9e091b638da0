// The groups of a plan: volume groups, split by provider where they must be, and into rounds.
import type { PlanGroup, PlanGroupId, PlanSettings } from '../../../shared/model/backup-plan.ts';
import type { ProxyFacts } from '../../../shared/model/off-host.ts';
import { offHostReader } from './plan-reader.ts';
import { snapshotRounds } from './snapshot-rounds.ts';
import { sorted } from './sorted.ts';
import { splitByOption, volumeGroups, type Candidate, type VariantGroup } from './volume-groups.ts';

/** By round, then by number. @param candidates in the order in which they are named */
export function planGroups(
  candidates: readonly Candidate[],
  proxy: ProxyFacts,
  settings: PlanSettings,
): readonly PlanGroup[] {
  const groups = volumeGroups(candidates).flatMap((members, index) => {
    const sets = splitByOption(members).flatMap((part) => roundsOf(part, settings));
    return sets.map((set, round) => planGroup({ ...set, volumeGroup: index + 1, round: round + 1, proxy }));
  });
  return sorted(
    groups,
    ({ round }) => round,
    ({ volumeGroup }) => volumeGroup,
  );
}

interface SnapshotSet extends VariantGroup {
  readonly vmsPerSnapshot: number;
}

function roundsOf({ option, members }: VariantGroup, { vmsPerSnapshot }: PlanSettings): readonly SnapshotSet[] {
  const limit = vmsPerSnapshot[option.provider.kind === 'hardware' ? 'hardware' : 'software'];
  return snapshotRounds(members, limit).map((round) => ({ option, members: round, vmsPerSnapshot: limit }));
}

interface NumberedSet extends SnapshotSet {
  readonly volumeGroup: number;
  readonly round: number;
  readonly proxy: ProxyFacts;
}

function planGroup({ option, members, vmsPerSnapshot, volumeGroup, round, proxy }: NumberedSet): PlanGroup {
  const facts = new Map(
    members.flatMap(({ placed }) => placed.snapshotVolumes.map((volume) => [volume.volumeId, volume])),
  );
  const volumes = sorted(
    facts.values(),
    ({ path }) => path,
    ({ volumeId }) => volumeId,
  );
  const [first] = volumes;
  // A candidate has volumes: without one it would have no provider in common.
  if (first === undefined) throw new RangeError('a group without volumes');
  const after = round === 1 ? {} : { after: groupId(volumeGroup, round - 1) };
  return {
    id: groupId(volumeGroup, round),
    volumeGroup,
    round,
    ...after,
    hostId: first.hostId,
    volumes: volumes.map(({ volumeId, path }) => ({ volumeId, path })),
    variant: option.variant,
    provider: option.provider,
    proxyId: proxy.id,
    vmsPerSnapshot,
    vmIds: members.map(({ placed }) => placed.vm.id),
    reader: offHostReader(option.variant, proxy),
  };
}

function groupId(volumeGroup: number, round: number): PlanGroupId {
  return `g${volumeGroup}r${round}`;
}
