// A run in the middle of reading many disks, as the stream of events the window gets. Every figure of a disk differs from
// the one before in what is written on the screen.
import { reduceRunEvents } from '../../shared/events/reduce-run.ts';
import type { RunEvent, RunEventBody } from '../../shared/events/run-event.ts';
import type { RunState } from '../../shared/events/run-state.ts';
import { makeRunId, toCheckpointId, toDiskSlot, toHostId, type DiskSlot, type VmId } from '../../shared/model/ids.ts';
import { fakeVmId } from './fake-site.ts';

/** So many are shown with their disks at once. */
const vmCount = 4;
const disksPerVm = 8;
export const fakeDiskCount = vmCount * disksPerVm;

const MiB = 1024 ** 2;
const totalBytes = 1024 * MiB;
/** A fifth of a MB: the screen shows tenths below 100 MB. */
const stepBytes = Math.round(MiB / 5);
const firstBytes = 10 * MiB;

export class FakeRun {
  readonly #nowMs: () => number;
  readonly #runId;
  readonly #steps = new Array<number>(fakeDiskCount).fill(0);
  #seq = 0;

  /** @param nowMs wall clock */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#runId = makeRunId(nowMs(), 'be9c40');
  }

  /** As a snapshot has it: all VMs are reading. */
  begin(): RunState {
    const state = reduceRunEvents(this.#opening());
    if (state === undefined) throw new Error('a run has a beginning');
    return state;
  }

  /** The next figure of a disk. `label` is that of its bar on the screen. */
  progress(disk: number): { readonly label: string; readonly value: number; readonly event: RunEvent } {
    const vm = Math.floor(disk / disksPerVm);
    const slot = slotOf(disk % disksPerVm);
    const value = firstBytes + stepBytes * (this.#steps[disk] ?? 0);
    this.#steps[disk] = (this.#steps[disk] ?? 0) + 1;
    const body: RunEventBody = {
      type: 'disk-progress',
      vmId: fakeVmId(vm),
      disk: {
        slot,
        totalBytes,
        readBytes: value,
        skippedBytes: Math.floor(value / 3),
        storedBytes: Math.floor(value / 4),
      },
    };
    return { label: `Disk ${slot} of ${nameOf(vm)}`, value, event: this.#event(body) };
  }

  *#opening(): Iterable<RunEvent> {
    const vms = Array.from({ length: vmCount }, (_none, vm) => ({
      vmId: fakeVmId(vm),
      name: nameOf(vm),
      hostId: toHostId('HV001'),
    }));
    const request = {
      runId: this.#runId,
      siteName: 'Bench',
      repositoryPath: '/bench/repository',
      mode: 'on-host',
      consistency: 'application',
      vms,
    } as const;
    yield this.#event({ type: 'run-queued', request });
    yield this.#event({ type: 'run-started' });
    for (const { vmId } of vms) for (const body of this.#untilReading(vmId)) yield this.#event(body);
  }

  *#untilReading(vmId: VmId): Iterable<RunEventBody> {
    for (const phase of ['preflight', 'requesting-checkpoint', 'quiescing'] as const)
      yield { type: 'vm-phase-entered', vmId, phase };
    yield {
      type: 'checkpoint-created',
      vmId,
      checkpointId: toCheckpointId(vmId),
      createdAtMs: this.#nowMs(),
      consistency: 'application',
      quiescing: 'vss',
      frozenDrives: [],
    };
    for (const phase of ['redirected', 'reading'] as const) yield { type: 'vm-phase-entered', vmId, phase };
    for (let disk = 0; disk < disksPerVm; disk += 1)
      yield {
        type: 'disk-progress',
        vmId,
        disk: { slot: slotOf(disk), totalBytes, readBytes: 0, skippedBytes: 0, storedBytes: 0 },
      };
  }

  #event(body: RunEventBody): RunEvent {
    this.#seq += 1;
    return { ...body, runId: this.#runId, seq: this.#seq, atMs: this.#nowMs() };
  }
}

function nameOf(vm: number): string {
  return `VM${String(vm + 1).padStart(5, '0')}`;
}

function slotOf(disk: number): DiskSlot {
  return toDiskSlot('scsi', 0, disk);
}
