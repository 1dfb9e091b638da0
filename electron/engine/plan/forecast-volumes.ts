// The AVHDX fuse before the run: what grows on each volume while checkpoints stand, against what has to stay free.
import type { ObservedRates, PlanGroup, PlanSettings, VolumeForecast } from '../../../shared/model/backup-plan.ts';
import type { VmId } from '../../../shared/model/ids.ts';
import type { Verdict } from '../../../shared/model/online-backup-gates.ts';
import { diskBytesToRead, sumOf } from './bytes-to-read.ts';
import type { ReadRate } from './estimate-reading.ts';
import type { PlacedVm } from './place-vm.ts';
import type { SiteVolume } from './site-volumes.ts';
import { sorted } from './sorted.ts';

export interface ForecastInput {
  /** That are planned, whatever the mode. */
  readonly vms: readonly PlacedVm[];
  readonly groups: readonly PlanGroup[];
  readonly settings: PlanSettings;
  readonly rate: ReadRate;
  readonly observed: ObservedRates | undefined;
}

/** By VM: write rate times the time its checkpoint stands at most; undefined where one of them is not known. */
export function growthByVm({ vms, groups, rate, observed }: ForecastInput): ReadonlyMap<VmId, number | undefined> {
  const byId = new Map(vms.map((placed) => [placed.vm.id, placed]));
  const secondsOf = (vmIds: readonly VmId[]): number | undefined => {
    const disks = vmIds.map((id) => diskBytesToRead(byId.get(id)?.vm ?? { drives: [] }));
    return disks.every((bytes) => bytes !== undefined) ? sumOf(disks.flat()) / rate.slowest : undefined;
  };
  const inGroups = groups.flatMap(({ vmIds }) => {
    const seconds = secondsOf(vmIds);
    return vmIds.map((id) => [id, seconds] as const);
  });
  const seconds = new Map([...vms.map(({ vm }) => [vm.id, secondsOf([vm.id])] as const), ...inGroups]);
  return new Map(
    vms.map(({ vm }) => {
      const written = observed?.writeBytesPerSecondByVm?.[vm.id];
      const stands = seconds.get(vm.id);
      const isKnown = written !== undefined && Number.isFinite(written) && written >= 0 && stands !== undefined;
      return [vm.id, isKnown ? Math.ceil(written * stands) : undefined];
    }),
  );
}

/** By path. Every write of a VM is counted on each of its volumes: which one it goes to is not known. */
export function forecastVolumes(input: ForecastInput): readonly VolumeForecast[] {
  const growth = growthByVm(input);
  const volumes = new Map(
    input.vms.flatMap(({ writtenVolumes }) => writtenVolumes.map((volume) => [volume.volumeId, volume])),
  );
  return sorted(
    volumes.values(),
    ({ path }) => path,
    ({ volumeId }) => volumeId,
  ).map((volume) => forecastVolume(volume, input, growth));
}

function forecastVolume(
  volume: SiteVolume,
  { vms, groups, settings }: ForecastInput,
  growth: ReadonlyMap<VmId, number | undefined>,
): VolumeForecast {
  const { volumeId, path, hostId, sizeBytes, freeBytes } = volume;
  const own = vms.filter((placed) => placed.writtenVolumes.some((written) => written.volumeId === volumeId));
  const vmIds = own.map(({ vm }) => vm.id);
  const grouped = groups.map((group) => ({ group, ids: group.vmIds.filter((id) => vmIds.includes(id)) }));
  const alone = vmIds.filter((id) => !grouped.some(({ ids }) => ids.includes(id)));
  const sums = grouped.map(({ group, ids }) => ({
    variant: group.variant,
    bytes: sumOf(ids.map((id) => growth.get(id) ?? 0)),
  }));
  const isKnown = vmIds.every((id) => growth.get(id) !== undefined);
  // Rounds on one volume follow each other; on-host VMs may go on beside them, as many as the limit allows.
  const beside = sorted(
    alone.map((id) => growth.get(id) ?? 0),
    (bytes) => -bytes,
  ).slice(0, settings.vmsAtOnce);
  const growthBytes = Math.max(0, ...sums.map(({ bytes }) => bytes)) + sumOf(beside);
  const snapshotBytes = Math.max(0, ...sums.filter(({ variant }) => variant === 'software').map(({ bytes }) => bytes));
  const reserveBytes = Math.max(settings.reserveLeastBytes, Math.ceil(sizeBytes * settings.reserveFraction));
  return {
    volumeId,
    path,
    ...(hostId === undefined ? {} : { hostId }),
    sizeBytes,
    freeBytes,
    reserveBytes,
    ...(isKnown ? { growthBytes } : {}),
    ...(isKnown && snapshotBytes > 0 ? { snapshotBytes } : {}),
    verdict: judge(volume, reserveBytes, isKnown ? growthBytes + snapshotBytes : undefined),
    vmIds,
  };
}

function judge({ sizeBytes, freeBytes }: SiteVolume, reserveBytes: number, needed: number | undefined): Verdict {
  if (!Number.isFinite(sizeBytes) || sizeBytes <= 0 || !Number.isFinite(freeBytes)) return 'unknown';
  if (freeBytes - (needed ?? 0) < reserveBytes) return 'fail';
  return needed === undefined ? 'unknown' : 'pass';
}
