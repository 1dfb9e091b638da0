// Which VMs have to share a snapshot set: those that a volume joins, and those that these join in turn. A VM whose
// volumes no one host can snapshot is not among them, so every group has one host.
import type { PlacedVm } from './place-vm.ts';
import { sorted } from './sorted.ts';
import type { OffHostOption } from './vm-ways.ts';

export interface Candidate {
  readonly placed: PlacedVm;
  /** Not empty, best first. */
  readonly options: readonly OffHostOption[];
}

export interface VariantGroup {
  readonly option: OffHostOption;
  readonly members: readonly Candidate[];
}

/** Disjoint in volumes, by host and first volume; members in the order they came in. */
export function volumeGroups(candidates: readonly Candidate[]): readonly (readonly Candidate[])[] {
  const parents = new Map<string, string>();
  const rootOf = (id: string): string => {
    let root = id;
    for (let above = parents.get(root); above !== undefined; above = parents.get(root)) root = above;
    if (root !== id) parents.set(id, root);
    return root;
  };
  for (const { placed } of candidates) {
    const [first, ...rest] = placed.snapshotVolumes;
    for (const volume of first === undefined ? [] : rest) {
      const [a, b] = [rootOf(first?.volumeId ?? ''), rootOf(volume.volumeId)];
      if (a !== b) parents.set(b, a);
    }
  }
  const groups = Map.groupBy(candidates, ({ placed }) => rootOf(placed.snapshotVolumes[0]?.volumeId ?? ''));
  const firstVolume = (group: readonly Candidate[]) =>
    sorted(
      group.flatMap(({ placed }) => placed.snapshotVolumes),
      ({ path }) => path,
      ({ volumeId }) => volumeId,
    )[0];
  return sorted(
    groups.values(),
    (group) => firstVolume(group)?.hostId ?? '',
    (group) => firstVolume(group)?.path ?? '',
    (group) => firstVolume(group)?.volumeId ?? '',
  );
}

/**
 * One set is made by one provider. The best option that all members have is taken; where there is none, each member takes
 * its own best, and those of one option stay together.
 */
export function splitByOption(members: readonly Candidate[]): readonly VariantGroup[] {
  const [first] = members;
  if (first === undefined) return [];
  const shared = first.options.find((option) =>
    members.every(({ options }) => options.some((other) => keyOf(other) === keyOf(option))),
  );
  if (shared !== undefined) return [{ option: shared, members }];
  const parts = new Map<string, { option: OffHostOption; members: Candidate[] }>();
  for (const member of members) {
    const [option] = member.options;
    if (option === undefined) continue;
    const part = parts.get(keyOf(option)) ?? { option, members: [] };
    part.members.push(member);
    parts.set(keyOf(option), part);
  }
  return sorted(
    parts.values(),
    ({ option }) => (option.variant === 'transportable' ? 0 : option.variant === 'file-share' ? 1 : 2),
    ({ option }) => option.provider.name,
    ({ option }) => option.provider.id,
  );
}

function keyOf({ variant, provider }: OffHostOption): string {
  return `${variant}|${provider.id}`;
}
