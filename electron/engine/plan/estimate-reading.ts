// How much is read and how long that takes, from measured rates or from stated assumptions. What is not known stays
// away: there is no number that stands for nothing.
import type {
  ObservedRates,
  PlanAssumption,
  PlanEstimate,
  PlanLoad,
  PlanReader,
  PlanSettings,
} from '../../../shared/model/backup-plan.ts';
import type { BackupMode } from '../../../shared/model/restore-point.ts';
import type { VmFacts } from '../../../shared/model/site.ts';
import { diskBytesToRead, sumOf } from './bytes-to-read.ts';

export interface PlannedVm {
  readonly vm: VmFacts;
  readonly mode: BackupMode;
}

export interface ReadRate {
  readonly slowest: number;
  readonly fastest: number;
  readonly isMeasured: boolean;
}

export function readRateOf(settings: PlanSettings, observed: ObservedRates | undefined): ReadRate {
  const measured = observed?.readBytesPerSecond;
  if (measured !== undefined && Number.isFinite(measured) && measured > 0) {
    return { slowest: measured, fastest: measured, isMeasured: true };
  }
  return { ...settings.assumedReadBytesPerSecond, isMeasured: false };
}

export function estimateReading(
  vms: readonly PlannedVm[],
  readers: readonly PlanReader[],
  settings: PlanSettings,
  rate: ReadRate,
): Omit<PlanEstimate, 'growthBytes'> {
  const loads = loadsOf(readers);
  const unknown = vms.filter(({ vm }) => diskBytesToRead(vm) === undefined).map(({ vm }) => vm.id);
  if (vms.length === 0 || unknown.length > 0) return { vmsOfUnknownSize: unknown, loads, assumptions: [] };
  const bytesToRead = sumOf(vms.flatMap(({ vm }) => diskBytesToRead(vm) ?? []));
  const lanes = (['on-host', 'off-host'] as const).map((mode) => laneOf(vms, mode, settings));
  return {
    bytesToRead,
    vmsOfUnknownSize: [],
    readingMs: {
      least: Math.ceil(Math.max(...lanes.map((lane) => leastSeconds(lane, rate))) * 1000),
      most: Math.ceil((bytesToRead / rate.slowest) * 1000),
    },
    loads,
    assumptions: [
      rateAssumption(rate),
      { kind: 'disks-at-once', least: 1, most: sumOf(lanes.map(({ atOnce }) => atOnce)) },
      { kind: 'reading-only' },
    ],
  };
}

interface Lane {
  readonly disks: readonly number[];
  readonly atOnce: number;
}

function laneOf(vms: readonly PlannedVm[], mode: BackupMode, settings: PlanSettings): Lane {
  const own = vms.filter((planned) => planned.mode === mode).map(({ vm }) => vm);
  const disks = own.flatMap((vm) => diskBytesToRead(vm) ?? []);
  const hosts = new Set(own.map(({ hostId }) => hostId)).size;
  const limit = mode === 'off-host' ? settings.disksAtOncePerProxy : settings.disksAtOncePerHost * hosts;
  return { disks, atOnce: Math.min(disks.length, Math.max(1, limit)) };
}

/** All at once, each at the best rate; never less than the largest disk alone. */
function leastSeconds({ disks, atOnce }: Lane, { fastest }: ReadRate): number {
  return disks.length === 0 ? 0 : Math.max(sumOf(disks) / (fastest * atOnce), Math.max(...disks) / fastest);
}

function rateAssumption({ slowest, fastest, isMeasured }: ReadRate): PlanAssumption {
  return isMeasured
    ? { kind: 'read-rate-measured', bytesPerSecond: fastest }
    : { kind: 'read-rate-assumed', slowest, fastest };
}

function loadsOf(readers: readonly PlanReader[]): readonly PlanLoad[] {
  return [...new Set(readers.flatMap((reader) => reader.loads))];
}
