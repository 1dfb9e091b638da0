// A backup as data, before anything is done: facts in, plan out. Pure, and the same for the same facts in whatever order
// they come. It decides nothing that is not in the plan, and asks nobody.
import { AppError } from '../../../shared/errors/app-error.ts';
import type {
  BackupPlan,
  ObservedRates,
  PlanEstimate,
  PlanGroup,
  PlanReader,
  PlanRefusal,
  PlanSettings,
  PlanVm,
} from '../../../shared/model/backup-plan.ts';
import type { HostId, VmId } from '../../../shared/model/ids.ts';
import type { OffHostFacts } from '../../../shared/model/off-host.ts';
import type { BackupMode } from '../../../shared/model/restore-point.ts';
import type { Consistency, SiteInventory } from '../../../shared/model/site.ts';
import { diskBytesToRead, sumOf } from './bytes-to-read.ts';
import { chooseProxy } from './choose-proxy.ts';
import type { PlanContext } from './common-conditions.ts';
import { decideVm, type DecidedVm } from './decide-vm.ts';
import { estimateReading, readRateOf } from './estimate-reading.ts';
import { forecastVolumes, growthByVm, type ForecastInput } from './forecast-volumes.ts';
import { orderedInventory } from './ordered-inventory.ts';
import { placeVm, type PlacedVm } from './place-vm.ts';
import { planGroups } from './plan-groups.ts';
import { onHostReader } from './plan-reader.ts';
import { groupSteps, onHostSteps } from './plan-steps.ts';
import { recommendAll } from './recommend.ts';
import { siteVolumes } from './site-volumes.ts';
import { sorted } from './sorted.ts';

export interface PlanInput {
  readonly inventory: SiteInventory;
  /** Undefined: nobody has looked. Off-host mode is then not known to be possible for any VM. */
  readonly offHost: OffHostFacts | undefined;
  readonly vmIds: readonly VmId[];
  readonly mode: BackupMode;
  /** Absent: the proxy that serves most of the VMs. */
  readonly proxyId?: HostId;
  readonly consistency: Consistency;
  readonly settings: PlanSettings;
  readonly observed?: ObservedRates;
}

export function planBackup(input: PlanInput): BackupPlan {
  const { offHost, mode, settings, observed } = input;
  const inventory = orderedInventory(input.inventory);
  const { found, missing } = findVms(inventory, input);
  const asked: PlanContext = { inventory, offHost, settings, askedProxyId: input.proxyId, proxy: undefined };
  const proxy = chooseProxy(found, asked);
  const decided = found.map((placed) => decideVm(placed, mode, { ...asked, proxy }));
  const candidates = decided.flatMap(({ candidate }) => candidate ?? []);
  const groups = proxy === undefined ? [] : planGroups(candidates, proxy, settings);
  const vms = inPlanOrder(decided, groups);
  const planned = vms.filter((vm) => vm.mode !== undefined);
  const readers = readersOf(groups, planned);
  const fuse = {
    vms: planned.map(({ placed }) => placed),
    groups,
    settings,
    rate: readRateOf(settings, observed),
    observed,
  };
  const refused = decided.flatMap(({ refusal }) => refusal ?? []);
  return {
    mode,
    consistency: input.consistency,
    ...(proxy === undefined ? {} : { proxyId: proxy.id }),
    settings,
    inventoryReadAtMs: inventory.readAtMs,
    groups,
    vms: vms.map((vm) => planVm(vm, groups)),
    readers,
    refusals: sorted(
      [...missing, ...refused],
      ({ name }) => name,
      ({ vmId }) => vmId,
    ),
    recommendation: recommendAll(vms.map(({ recommendation }) => recommendation)),
    estimate: planEstimate(planned, readers, fuse),
    volumes: forecastVolumes(fuse),
    vmsOnUnknownVolumes: planned.filter(({ placed }) => placed.hasUnknownVolume).map(({ placed }) => placed.vm.id),
    steps: [
      ...groups.flatMap(groupSteps),
      ...planned.filter((vm) => vm.mode === 'on-host').flatMap(({ placed }) => onHostSteps(placed.vm.id)),
    ],
  };
}

interface FoundVms {
  /** Each once, by name. */
  readonly found: readonly PlacedVm[];
  readonly missing: readonly PlanRefusal[];
}

function findVms(inventory: SiteInventory, { offHost, vmIds }: PlanInput): FoundVms {
  const volumes = siteVolumes(inventory, offHost);
  const owned = new Map(
    // The first host wins where two name a VM, as they may while it moves: hence backwards.
    inventory.hosts.toReversed().flatMap(({ host, vms }) => vms.map((vm) => [vm.id, { vm, host }] as const)),
  );
  const chosen = [...new Set(vmIds)];
  const found = chosen.flatMap((vmId) => {
    const own = owned.get(vmId);
    return own === undefined ? [] : placeVm(own.vm, own.host, volumes);
  });
  return {
    found: sorted(
      found,
      ({ vm }) => vm.name,
      ({ vm }) => vm.id,
    ),
    missing: chosen.filter((vmId) => !owned.has(vmId)).map((vmId) => missingVm(vmId, inventory)),
  };
}

/** It may be on a host that is silent, or nowhere: that is not the same. */
function missingVm(vmId: VmId, { unreachable }: SiteInventory): PlanRefusal {
  const [silent] = unreachable;
  const error =
    silent === undefined
      ? new AppError('hyperv.vm-not-found', { vm: vmId, host: 'any host' })
      : new AppError('hyperv.host-unreachable', {
          host: unreachable.map(({ name }) => name).join(', '),
          reason: silent.reason,
        });
  return { vmId, name: vmId, code: error.code, ...error.text };
}

/** By group, then those without one by name, then those that are refused. */
function inPlanOrder(decided: readonly DecidedVm[], groups: readonly PlanGroup[]): readonly DecidedVm[] {
  const position = new Map(groups.flatMap(({ vmIds }) => vmIds).map((vmId, index) => [vmId, index]));
  const placeOf = ({ placed, mode }: DecidedVm): number =>
    position.get(placed.vm.id) ?? position.size + (mode === undefined ? 1 : 0);
  return sorted(decided, placeOf);
}

function planVm(
  { placed, ways, recommendation, why, mode, fallback }: DecidedVm,
  groups: readonly PlanGroup[],
): PlanVm {
  const { id: vmId, name, hostId } = placed.vm;
  const group = groups.find(({ vmIds }) => vmIds.includes(vmId));
  const bytes = diskBytesToRead(placed.vm);
  return {
    vmId,
    name,
    hostId,
    ...(mode === undefined ? {} : { mode }),
    ...(fallback === undefined ? {} : { fallback }),
    ...(group === undefined ? {} : { groupId: group.id }),
    why,
    ways,
    recommendation,
    ...(bytes === undefined ? {} : { bytesToRead: sumOf(bytes) }),
  };
}

/** Each once, in the order of the groups, on-host last. */
function readersOf(groups: readonly PlanGroup[], planned: readonly DecidedVm[]): readonly PlanReader[] {
  const offHost = new Map(groups.map(({ variant, reader }) => [variant, reader]));
  return [...offHost.values(), ...(planned.some(({ mode }) => mode === 'on-host') ? [onHostReader] : [])];
}

function planEstimate(
  planned: readonly DecidedVm[],
  readers: readonly PlanReader[],
  fuse: ForecastInput,
): PlanEstimate {
  const vms = planned.flatMap(({ placed, mode }) => (mode === undefined ? [] : { vm: placed.vm, mode }));
  const { assumptions, ...reading } = estimateReading(vms, readers, fuse.settings, fuse.rate);
  const growth = [...growthByVm(fuse).values()];
  if (growth.length === 0 || growth.some((bytes) => bytes === undefined)) return { ...reading, assumptions };
  const spread = fuse.vms.some(({ writtenVolumes }) => writtenVolumes.length > 1);
  return {
    ...reading,
    growthBytes: sumOf(growth.map((bytes) => bytes ?? 0)),
    assumptions: [
      ...assumptions,
      ...(spread ? [{ kind: 'writes-on-every-volume' } as const] : []),
      ...(readers.some(({ variant }) => variant === 'software')
        ? [{ kind: 'snapshot-copies-merged-writes' } as const]
        : []),
    ],
  };
}
