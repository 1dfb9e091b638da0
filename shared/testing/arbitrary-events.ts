// Random run events for property tests: every type, in no sensible order.
import fc from 'fast-check';
import { AppError } from '../errors/app-error.ts';
import { questionChoices, type DiskProgress, type RunEvent, type RunEventBody } from '../events/run-event.ts';
import { makeRunId, toCheckpointId, toDiskSlot, toHostId, toRestorePointId, toVmId } from '../model/ids.ts';
import { vmPhases } from '../model/run.ts';

export const runId = makeRunId(Date.UTC(2026, 10, 24, 2, 15, 30), '1a2b3c');
const vmIds = [toVmId('vm-a'), toVmId('vm-b'), toVmId('vm-nobody-knows')];
const vmId = fc.constantFrom(...vmIds);
const text = fc.string({ maxLength: 40, unit: 'grapheme' });
const count = fc.nat();
const hostId = text.map((name) => toHostId(`h${name}`));
const consistency = fc.constantFrom('application' as const, 'crash' as const);
const outcome = fc.constantFrom(
  ...(['succeeded', 'succeeded-with-warnings', 'failed', 'cancelled', 'interrupted'] as const),
);
const slot = fc.nat({ max: 3 }).map((location) => toDiskSlot('scsi', 0, location));
const drives = fc.array(fc.record({ slot, path: text }), { maxLength: 3 });
const error = text.map((reason) => new AppError('bug.unexpected', { reason }).toData());
const questionId = fc.constantFrom('q1', 'q2', 'q3');
const choice = fc.constantFrom(...questionChoices);
const progress: fc.Arbitrary<DiskProgress> = fc.record({
  slot,
  totalBytes: count,
  readBytes: count,
  skippedBytes: count,
  storedBytes: count,
});
const effect = fc.oneof(
  fc.record({
    kind: fc.constant('checkpoint' as const),
    key: vmId.map((id) => `checkpoint:${id}`),
    tag: text,
    vmId,
    vmName: text,
    hostId,
    originalDrives: drives,
    checkpointIdsBefore: fc.array(
      text.map((id) => toCheckpointId(`c${id}`)),
      { maxLength: 3 },
    ),
  }),
  fc.record({ kind: fc.constant('repository-lock' as const), key: text, lockId: text, repositoryPath: text }),
);

export const queuedBody: RunEventBody = {
  type: 'run-queued',
  request: {
    runId,
    siteName: 'site',
    repositoryPath: 'R:\\',
    mode: 'on-host',
    consistency: 'application',
    vms: vmIds.slice(0, 2).map((id) => ({ vmId: id, name: id, hostId: toHostId('hv01') })),
  },
};

const is = <Type extends RunEventBody['type']>(type: Type) => fc.constant(type);

export const eventBody: fc.Arbitrary<RunEventBody> = fc.oneof(
  fc.constant(queuedBody),
  fc.record({ type: is('run-started') }),
  fc.record({ type: is('vm-phase-entered'), vmId, phase: fc.constantFrom(...vmPhases) }),
  fc.record({ type: is('vm-moved'), vmId, hostId }),
  fc.record({ type: is('effect-intended'), effect }),
  fc.record({
    type: is('effect-undone'),
    key: vmId.map((id) => `checkpoint:${id}`),
    how: fc.constantFrom('removed' as const, 'never-made' as const, 'already-gone' as const),
  }),
  fc.record({
    type: is('checkpoint-created'),
    vmId,
    checkpointId: text.map((id) => toCheckpointId(`c${id}`)),
    createdAtMs: count,
    consistency,
    quiescing: fc.constantFrom('vss' as const, 'file-system-freeze' as const, 'none' as const),
    frozenDrives: drives,
  }),
  fc.record({ type: is('disk-progress'), vmId, disk: progress }),
  fc.record({
    type: is('checkpoint-growth'),
    vmId,
    files: fc.array(fc.record({ path: text, fileSizeBytes: count, freeBytes: count }), { maxLength: 3 }),
  }),
  fc.record({
    type: is('restore-point-committed'),
    vmId,
    restorePointId: text.map((id) => toRestorePointId(`r${id}`)),
    disks: fc.array(
      progress.chain((disk) =>
        fc.record({ pathInSnapshot: text, sizeBytes: count }).map((rest) => ({ ...disk, ...rest })),
      ),
      { maxLength: 2 },
    ),
  }),
  fc.record(
    { type: is('merge-progress'), vmId, fraction: fc.double({ min: 0, max: 1, noNaN: true }).map((x) => x + 0) },
    { requiredKeys: ['type', 'vmId'] },
  ),
  fc.record({ type: is('merge-confirmed'), vmId }),
  fc.record({
    type: is('question-asked'),
    vmId,
    questionId,
    kind: fc.constantFrom('consistency' as const, 'mode' as const),
    about: error,
    options: fc.uniqueArray(choice, { minLength: 1 }),
    deadlineAtMs: count,
    defaultChoice: choice,
  }),
  fc.record({
    type: is('question-answered'),
    vmId,
    questionId,
    choice,
    by: fc.constantFrom('admin' as const, 'deadline' as const),
  }),
  fc.record({ type: is('vm-warning'), vmId, warning: error }),
  fc.record({ type: is('vm-ended'), vmId, outcome, error }, { requiredKeys: ['type', 'vmId', 'outcome'] }),
  fc.record({ type: is('run-warning'), warning: error }),
  fc.record({ type: is('run-cancel-requested') }),
  fc.record({ type: is('recovery-started') }),
  fc.record({ type: is('run-ended'), outcome, error }, { requiredKeys: ['type', 'outcome'] }),
);

/** A run: begins as it must, then anything at all, numbered as a run is. */
export const anyRun: fc.Arbitrary<readonly RunEvent[]> = fc
  .array(fc.tuple(eventBody, fc.integer({ min: 1, max: 5 }), fc.nat({ max: 10_000 })), { maxLength: 60 })
  .map((steps) => {
    let seq = 1;
    let atMs = 1_000_000;
    const first: RunEvent = { ...queuedBody, runId, seq, atMs };
    const rest = steps
      .filter(([body]) => body.type !== 'run-queued')
      .map(([body, gap, later]): RunEvent => {
        seq += gap;
        atMs += later;
        return { ...body, runId, seq, atMs };
      });
    return [first, ...rest];
  });
