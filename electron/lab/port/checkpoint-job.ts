// The way of one checkpoint job: accepted, the guest brought to rest, the disks cut, the guest let go. What can fail in
// it fails as it does on a real host, with nothing left behind.
import { AppError, isAppError } from '../../../shared/errors/app-error.ts';
import type { CheckpointId } from '../../../shared/model/ids.ts';
import { toHostId } from '../../../shared/model/ids.ts';
import type { Consistency, Quiescing } from '../../../shared/model/site.ts';
import type { LabFault } from '../faults.ts';
import type { Site } from '../site.ts';
import { createCheckpoint } from '../vm/create-checkpoint.ts';
import type { LabVm } from '../vm/lab-vm.ts';
import { moveVm } from '../vm/move-vm.ts';
import type { JobHandle } from './jobs.ts';

export interface CheckpointWish {
  readonly name: string;
  readonly consistency: Consistency;
}

const acceptedMs = 60;
const workMs = 40;
/** VSS holds writers still for ten seconds at most; the freeze request of a Linux guest is given as long. */
const quiesceLimitMs = 10_000;

/** Errors: `hyperv.vss-writer-failed`, `.vss-timeout`, `.freeze-timeout`, `.checkpoint-failed`, `.volume-full`. */
export async function runCheckpointJob(
  site: Site,
  vm: LabVm,
  wish: CheckpointWish,
  job: JobHandle,
): Promise<CheckpointId> {
  vm.isCreatingCheckpoint = true;
  try {
    await site.clock.sleep(acceptedMs, site.closing);
    const isQuiesced = wish.consistency === 'application';
    if (isQuiesced) job.reached('quiescing');
    if (isQuiesced) await bringToRest(site, vm);
    job.reached('working');
    const id = await cut(site, vm, wish);
    vm.guest.release();
    await site.clock.sleep(workMs, site.closing);
    await migrateIfAsked(site, vm);
    return id;
  } finally {
    vm.guest.release();
    vm.isCreatingCheckpoint = false;
  }
}

async function bringToRest(site: Site, vm: LabVm): Promise<void> {
  const { name, hostId, guest, vssState, activity } = vm.record;
  const params = { vm: name, host: hostId };
  const timeout = (): AppError =>
    new AppError(guest === 'windows' ? 'hyperv.vss-timeout' : 'hyperv.freeze-timeout', params);
  if (vssState !== 'ok' && vssState !== 'degraded') {
    const reason = `the backup integration service of the guest is ${vssState}`;
    throw new AppError('hyperv.checkpoint-failed', { ...params, reason });
  }
  const fault = site.faults.take('quiesce', vm.place);
  const restMs = fault?.effect.endsWith('-timeout') === true ? Infinity : activity.quiesceMs;
  const isAtRest = await within(site, Math.min(restMs, quiesceLimitMs), () => vm.guest.quiesce());
  if (!isAtRest || restMs > quiesceLimitMs) throw timeout();
  if (fault?.effect === 'vss-writer-fails') {
    const writer = fault.writer ?? 'SqlServerWriter';
    if (guest === 'windows') throw new AppError('hyperv.vss-writer-failed', { ...params, writer });
    throw new AppError('hyperv.checkpoint-failed', { ...params, reason: 'the pre-freeze hook of the guest failed' });
  }
}

/** Takes at least `ms`; false when the guest is not at rest within VSS's limit. */
async function within(site: Site, ms: number, quiesce: () => Promise<void>): Promise<boolean> {
  const waiting = new AbortController();
  const signal = AbortSignal.any([waiting.signal, site.closing]);
  const limit = site.clock.sleep(quiesceLimitMs, signal).then(
    () => false,
    () => false,
  );
  try {
    const isAtRest = await Promise.race([quiesce().then(() => true), limit]);
    await site.clock.sleep(ms, site.closing);
    return isAtRest;
  } finally {
    waiting.abort();
  }
}

async function cut(site: Site, vm: LabVm, wish: CheckpointWish): Promise<CheckpointId> {
  const { name, hostId, guest } = vm.record;
  const params = { vm: name, host: hostId };
  const fault = site.faults.take('create-checkpoint', vm.place);
  if (fault?.effect === 'job-fails') {
    const reason = fault.reason ?? 'failed to create VM recovery checkpoint (32768)';
    throw new AppError('hyperv.checkpoint-failed', { ...params, reason });
  }
  const { consistency } = wish;
  const quieted: Quiescing = guest === 'windows' ? 'vss' : 'file-system-freeze';
  const quiescing = consistency === 'application' ? quieted : 'none';
  try {
    return await createCheckpoint(site, vm, { name: wish.name, kind: 'recovery', consistency, quiescing });
  } catch (error) {
    if (!isAppError(error, 'vhdx.volume-full')) throw error;
    const volume = vm.storage.volumeOf(error.params.path).path;
    throw new AppError('hyperv.volume-full', { volume, host: hostId }, { cause: error });
  }
}

async function migrateIfAsked(site: Site, vm: LabVm): Promise<void> {
  const fault = site.faults.take('checkpoint-created', vm.place);
  if (fault !== undefined) await migrate(site, vm, fault);
}

/** Moves the VM where a fault of that kind says. */
export async function migrate(site: Site, vm: LabVm, fault: LabFault): Promise<void> {
  if (fault.effect === 'vm-migrates') await moveVm(site, vm.id, toHostId(fault.toHost));
}
