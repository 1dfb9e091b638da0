// Splits VMs that share volumes into rounds, so that no volume snapshot serves more VMs than the limit. As few rounds as
// the fullest volume needs, unless VMs with several volumes do not fit together; no round leans on one host.
import type { HostId } from '../../../shared/model/ids.ts';
import type { Candidate } from './volume-groups.ts';
import { sorted } from './sorted.ts';

interface Round {
  readonly members: Candidate[];
  readonly perVolume: Map<string, number>;
  readonly perHost: Map<HostId, number>;
}

/** @param members in the order in which they are named; each round keeps it */
export function snapshotRounds(members: readonly Candidate[], limit: number): readonly (readonly Candidate[])[] {
  const most = Math.max(1, Math.floor(limit));
  const rounds: Round[] = Array.from({ length: roundsNeeded(members, most) }, newRound);
  for (const member of inTurns(members)) {
    let best: Round | undefined;
    for (const round of rounds) {
      if (fits(round, member, most) && (best === undefined || isEmptier(round, best, member))) best = round;
    }
    if (best === undefined) rounds.push((best = newRound()));
    put(best, member);
  }
  const position = new Map(members.map((member, index) => [member, index]));
  return rounds
    .filter((round) => round.members.length > 0)
    .map((round) => sorted(round.members, (member) => position.get(member) ?? 0));
}

/** Those with the most volumes first, as they are the hardest to fit; then one of each host in turn. */
function inTurns(members: readonly Candidate[]): readonly Candidate[] {
  const seen = new Map<HostId, number>();
  const turns = members.map((member) => {
    const { id } = member.placed.host;
    const turn = seen.get(id) ?? 0;
    seen.set(id, turn + 1);
    return { member, turn };
  });
  return sorted(
    turns,
    ({ member }) => -member.placed.snapshotVolumes.length,
    ({ turn }) => turn,
    ({ member }) => member.placed.host.id,
  ).map(({ member }) => member);
}

function roundsNeeded(members: readonly Candidate[], most: number): number {
  const counts = new Map<string, number>();
  for (const { placed } of members) placed.snapshotVolumes.forEach(({ volumeId }) => raise(counts, volumeId));
  return Math.ceil(Math.max(0, ...counts.values()) / most);
}

function newRound(): Round {
  return { members: [], perVolume: new Map(), perHost: new Map() };
}

function fits({ perVolume }: Round, { placed }: Candidate, most: number): boolean {
  return placed.snapshotVolumes.every(({ volumeId }) => (perVolume.get(volumeId) ?? 0) < most);
}

function isEmptier(a: Round, b: Round, { placed }: Candidate): boolean {
  const ofHost = (round: Round): number => round.perHost.get(placed.host.id) ?? 0;
  return ofHost(a) === ofHost(b) ? a.members.length < b.members.length : ofHost(a) < ofHost(b);
}

function put(round: Round, member: Candidate): void {
  round.members.push(member);
  raise(round.perHost, member.placed.host.id);
  member.placed.snapshotVolumes.forEach(({ volumeId }) => raise(round.perVolume, volumeId));
}

function raise<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
