// A plan in sentences, for a dry run and for the window. Says what the plan says: what is not known is said to be not
// known, and every figure that rests on an assumption has it beside it.
import type {
  BackupPlan,
  PlanAssumption,
  PlanCondition,
  PlanEstimate,
  PlanGroup,
  PlanLoad,
  PlanReader,
  PlanReason,
  PlanReasonId,
  PlanRecommendation,
  PlanRefusal,
  PlanStep,
  PlanVm,
  VolumeForecast,
} from '../model/backup-plan.ts';
import type { VmId } from '../model/ids.ts';
import type { OffHostVariant } from '../model/off-host.ts';
import { formatBytes, formatSeconds, plural } from './format.ts';

export const variantWords: Readonly<Record<OffHostVariant, string>> = {
  transportable: 'a hardware snapshot, imported by the proxy',
  'file-share': 'a snapshot that the file server makes of its share',
  software: 'a software snapshot on the host, read over SMB: it moves processor time, not disk load',
};

export const loadWords: Readonly<Record<PlanLoad, string>> = {
  'host-disks': 'the disks of the hosts',
  'host-network': 'the network of the hosts',
  'storage-array': 'the storage array',
  'file-server': 'the file server',
  'proxy-network': 'the network of the proxy',
  'proxy-processor': 'the processor of the proxy',
  'console-network': 'the network of the computer that Stillpoint runs on',
  'console-processor': 'the processor of the computer that Stillpoint runs on',
};

const reasonTexts: Readonly<Record<PlanReasonId, string>> = {
  'as-asked': 'it was asked for',
  'host-without-read-load': 'the storage makes the snapshot and the proxy reads it, so the hosts carry no read load',
  'file-server-reads': 'the file server makes the snapshot and the proxy reads it, so the hosts carry no read load',
  'moves-processor-time-only': 'an off-host backup here would move processor time only, not disk load',
  'off-host-not-possible': 'an off-host backup is not possible',
  'off-host-not-known': 'nobody knows whether an off-host backup is possible',
  'off-host-not-looked-at': 'nobody has looked for proxies and snapshot providers',
  'vms-differ': 'what is best differs from VM to VM',
  refused: 'it cannot be backed up',
};

/** The whole plan, a line each; the steps come last. */
export function planLines(plan: BackupPlan): readonly string[] {
  return [
    planHeadline(plan),
    `Recommended: ${recommendationWords(plan.recommendation)}.`,
    ...plan.groups.map((group) => groupSentence(group, plan)),
    ...plan.vms.flatMap((vm) => fallbackSentence(vm) ?? []),
    ...plan.readers.map(readerSentence),
    ...estimateSentences(plan),
    ...plan.volumes.map(forecastSentence),
    ...unknownVolumeSentences(plan),
    ...plan.refusals.map(refusalSentence),
    ...plan.steps.map((step, index) => `${index + 1}. ${stepWords(step, plan)}`),
  ];
}

export function planHeadline({ vms, groups, refusals, consistency }: BackupPlan): string {
  const count = (mode: PlanVm['mode']): number => vms.filter((vm) => vm.mode === mode).length;
  const offHost = count('off-host');
  const onHost = count('on-host');
  const parts = [
    ...(offHost > 0 ? [`${plural(offHost, 'VM')} off-host in ${plural(groups.length, 'snapshot set')}`] : []),
    ...(onHost > 0 ? [`${plural(onHost, 'VM')} on-host`] : []),
    ...(refusals.length > 0 ? [`${refusals.length} refused`] : []),
  ];
  return `Plan: ${parts.length === 0 ? 'no VM' : parts.join(', ')}; ${consistency}-consistent checkpoints.`;
}

export function reasonWords({ id, evidence }: PlanReason): string {
  return evidence === undefined ? reasonTexts[id] : `${reasonTexts[id]} (${evidence})`;
}

export function recommendationWords({ mode, variant, reason }: PlanRecommendation): string {
  const what = mode === undefined ? 'no one mode' : `${mode} mode`;
  const how = variant === undefined ? '' : ` with ${variantWords[variant]}`;
  return `${what}${how}, because ${reasonWords(reason)}`;
}

/** `pass: found`; what does not pass also says what is needed and what to do. */
export function conditionLine({ verdict, found, needed, fix }: PlanCondition): string {
  if (verdict === 'pass') return `pass: ${found}`;
  return `${verdict}: ${found}. Needed: ${needed}.${fix === undefined ? '' : ` ${fix}.`}`;
}

function groupSentence(group: PlanGroup, plan: BackupPlan): string {
  const { id, hostId, volumes, variant, provider, proxyId, vmIds, vmsPerSnapshot, after } = group;
  const paths = listWords(volumes.map(({ path }) => path));
  const set = volumes.length === 1 ? 'One snapshot' : 'One snapshot set';
  const wait =
    after === undefined
      ? ''
      : ` It begins when the set of ${after} is deleted: one snapshot serves at most ${plural(vmsPerSnapshot, 'VM')} and is of one provider.`;
  return (
    `${id}: ${listWords(vmIds.map((vmId) => nameOf(vmId, plan)))}. ${set} of ${paths} on ${hostId} by ${provider.name}, ` +
    `mounted on ${proxyId}: ${variantWords[variant]}.${wait}`
  );
}

function fallbackSentence({ name, fallback, why }: PlanVm): string | undefined {
  if (fallback === undefined) return undefined;
  const when = fallback === 'ask' ? 'once somebody has agreed' : 'and is marked so';
  return `${name} goes on-host ${when}: ${reasonWords(why)}.`;
}

export function readerSentence({ mode, variant, way, proxyId, loads }: PlanReader): string {
  const through = {
    host: 'through the hosts',
    'local-path': `on the proxy ${proxyId ?? ''}, by a local path`,
    'proxy-share': `through a share of the proxy ${proxyId ?? ''}`,
  }[way];
  const which = variant === undefined ? mode : `${mode} (${variant})`;
  return `Stillpoint reads ${which} ${through}; that loads ${loadsInWords(loads)}.`;
}

export function loadsInWords(loads: readonly PlanLoad[]): string {
  return listWords(loads.map((load) => loadWords[load]));
}

export function estimateSentences({ estimate, vms }: Pick<BackupPlan, 'estimate' | 'vms'>): readonly string[] {
  if (!vms.some(({ mode }) => mode !== undefined)) return [];
  const { bytesToRead, vmsOfUnknownSize, readingMs, growthBytes, assumptions } = estimate;
  const read =
    bytesToRead === undefined
      ? `How much is read is not known: ${listWords(vmsOfUnknownSize.map((vmId) => nameOf(vmId, { vms })))} did not say every size.`
      : `At most ${formatBytes(bytesToRead)} is read${timeClause(readingMs)}.`;
  const growth =
    growthBytes === undefined
      ? 'How much the AVHDX files grow is not known.'
      : `The AVHDX files grow by at most ${formatBytes(growthBytes)} together.`;
  return [read, growth, ...assumptions.map((assumption) => `Assumed: ${assumptionWords(assumption)}.`)];
}

function timeClause(readingMs: PlanEstimate['readingMs']): string {
  if (readingMs === undefined) return '';
  const { least, most } = readingMs;
  return least === most
    ? `, in about ${formatSeconds(most)}`
    : `, in ${formatSeconds(least)} to ${formatSeconds(most)}`;
}

export function assumptionWords(assumption: PlanAssumption): string {
  switch (assumption.kind) {
    case 'read-rate-measured':
      return `each disk is read as fast as it was measured, ${formatBytes(assumption.bytesPerSecond)}/s`;
    case 'read-rate-assumed':
      return `each disk is read at ${formatBytes(assumption.slowest)}/s to ${formatBytes(assumption.fastest)}/s; no rate has been measured yet`;
    case 'disks-at-once':
      return `${assumption.most === assumption.least ? assumption.most : `${assumption.least} to ${assumption.most}`} disks are read at the same time`;
    case 'reading-only':
      return 'the time is that of reading alone; checkpoints, snapshots and merges come on top';
    case 'writes-on-every-volume':
      return 'a VM with disks on several volumes may write all it writes to any one of them';
    case 'snapshot-copies-merged-writes':
      return 'a software snapshot copies once more what is merged while it stands';
  }
}

export function forecastSentence(forecast: VolumeForecast): string {
  const { path, hostId, sizeBytes, freeBytes, reserveBytes, growthBytes, snapshotBytes, verdict } = forecast;
  const where = hostId === undefined ? path : `${path} on ${hostId}`;
  if (sizeBytes <= 0) return `${where}: how much is free is not known.`;
  const room = `${where}: ${formatBytes(freeBytes)} free, ${formatBytes(reserveBytes)} of it kept as a reserve`;
  const copies = snapshotBytes === undefined ? '' : ` and the snapshot by at most ${formatBytes(snapshotBytes)}`;
  const growth =
    growthBytes === undefined
      ? 'how fast the AVHDX files grow is not known'
      : `the AVHDX files grow by at most ${formatBytes(growthBytes)}${copies}`;
  const end = { pass: 'it fits', fail: 'it does not fit', unknown: 'nobody can say that it fits' }[verdict];
  return `${room}; ${growth}: ${end}.`;
}

function unknownVolumeSentences(plan: BackupPlan): readonly string[] {
  return plan.vmsOnUnknownVolumes.map(
    (vmId) => `${nameOf(vmId, plan)} has a disk on a volume that is not known: no room can be forecast there.`,
  );
}

function refusalSentence({ title, meaning, nextStep }: PlanRefusal): string {
  return `Refused: ${title}. ${meaning} ${nextStep}`;
}

export function stepWords(step: PlanStep, plan: Pick<BackupPlan, 'vms' | 'groups'>): string {
  if ('vmId' in step) {
    const name = nameOf(step.vmId, plan);
    const from = step.groupId === undefined ? 'through the host' : `from the snapshot of ${step.groupId}`;
    return {
      'request-checkpoint': `Checkpoint of ${name}: the guest is quiesced, new writes go to AVHDX files`,
      'read-disks': `Read the disks of ${name} ${from}`,
      commit: `Commit the restore point of ${name}`,
      merge: `Remove the checkpoint of ${name} and wait until its merge is confirmed`,
    }[step.kind];
  }
  const group = plan.groups.find(({ id }) => id === step.groupId);
  const what = `${step.groupId} (${listWords(group?.volumes.map(({ path }) => path) ?? [])})`;
  return {
    'take-snapshot': `Snapshot of ${what} on ${group?.hostId ?? ''}`,
    'mount-snapshot': `Mount the snapshot of ${what} on ${group?.proxyId ?? ''}`,
    'unmount-snapshot': `Unmount the snapshot of ${what}`,
    'delete-snapshot': `Delete the snapshot of ${what}`,
  }[step.kind];
}

function nameOf(vmId: VmId, { vms }: Pick<BackupPlan, 'vms'>): string {
  return vms.find((vm) => vm.vmId === vmId)?.name ?? vmId;
}

/** `A`, `A and B`, `A, B and C`. */
function listWords(words: readonly string[]): string {
  const [last, ...others] = words.toReversed();
  if (last === undefined) return 'nothing';
  return others.length === 0 ? last : `${others.toReversed().join(', ')} and ${last}`;
}
