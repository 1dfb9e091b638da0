// Run events as they are read back from a journal or another process: checked, because a file on disk can hold
// anything. Which event means what stands in run-event.ts; the two are kept equal by the type of `runEventSchema`.
import { z } from 'zod';
import type { ErrorCode } from '../errors/catalogue.ts';
import type { CheckpointId, DiskSlot, HostId, RestorePointId, RunId, VmId } from '../model/ids.ts';
import { isRunId } from '../model/ids.ts';
import { policyChoices, vmPhases } from '../model/run.ts';
import { questionChoices, type RunEvent } from './run-event.ts';

const shortTextLength = 4096;
const shortText = z.string().max(shortTextLength);
const longText = z.string().max(1024 * 1024);
const count = z.number().int().nonnegative();
const atMs = z.number().int().nonnegative();

/** Ids are opaque: bounded text, branded. */
const id = <Id extends string>() =>
  z.custom<Id>((value) => typeof value === 'string' && value.length > 0 && value.length <= shortTextLength);
const vmId = id<VmId>();
const hostId = id<HostId>();
const checkpointId = id<CheckpointId>();
const diskSlot = id<DiskSlot>();
const runId = z.custom<RunId>((value) => typeof value === 'string' && isRunId(value));

const errorParam = z.union([longText, z.number(), z.boolean(), z.null(), z.array(longText).max(10_000)]);

/** The code is not checked against today's catalogue: a journal of another version stays readable, its texts are in it. */
export const appErrorDataSchema = z.object({
  code: id<ErrorCode>(),
  category: z.enum(['user', 'environment', 'transient', 'integrity', 'bug']),
  params: z.record(shortText, errorParam),
  title: longText,
  meaning: longText,
  nextStep: longText,
  details: z.array(longText).max(1000),
});

const outcome = z.enum(['succeeded', 'succeeded-with-warnings', 'failed', 'cancelled', 'interrupted']);
const consistency = z.enum(['application', 'crash']);
const frozenDrive = z.object({ slot: diskSlot, path: shortText });
const drives = z.array(frozenDrive).max(4096);

const effect = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('checkpoint'),
    key: shortText,
    tag: shortText,
    vmId,
    vmName: shortText,
    hostId,
    originalDrives: drives,
    checkpointIdsBefore: z.array(checkpointId).max(4096),
  }),
  z.object({ kind: z.literal('repository-lock'), key: shortText, lockId: shortText, repositoryPath: shortText }),
]);

const progress = { slot: diskSlot, totalBytes: count, readBytes: count, skippedBytes: count, storedBytes: count };

const request = z.object({
  runId,
  siteName: shortText,
  repositoryPath: shortText,
  mode: z.enum(['on-host', 'off-host']),
  consistency,
  policy: z.exactOptional(z.object({ consistency: z.enum(policyChoices) })),
  vms: z.array(z.object({ vmId, name: shortText, hostId })).max(100_000),
});

const head = { runId, seq: z.number().int().positive(), atMs };
const event = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ ...head, type: z.literal(type), ...shape });
const owner = z.exactOptional(z.object({ hostname: shortText, pid: count, startedAtMs: atMs }));
const error = z.exactOptional(appErrorDataSchema);
const questionId = id<string>();
const choice = z.enum(questionChoices);

export const runEventSchema: z.ZodType<RunEvent> = z.discriminatedUnion('type', [
  event('run-queued', { request, owner }),
  event('run-started', {}),
  event('vm-phase-entered', { vmId, phase: z.enum(vmPhases) }),
  event('vm-moved', { vmId, hostId }),
  event('effect-intended', { effect }),
  event('effect-undone', { key: shortText, how: z.enum(['removed', 'never-made', 'already-gone']) }),
  event('checkpoint-created', {
    vmId,
    checkpointId,
    createdAtMs: atMs,
    consistency,
    quiescing: z.enum(['vss', 'file-system-freeze', 'none']),
    frozenDrives: drives,
  }),
  event('disk-progress', { vmId, disk: z.object(progress) }),
  event('checkpoint-growth', {
    vmId,
    files: z.array(z.object({ path: shortText, fileSizeBytes: count, freeBytes: count })).max(4096),
  }),
  event('restore-point-committed', {
    vmId,
    restorePointId: id<RestorePointId>(),
    disks: z.array(z.object({ ...progress, pathInSnapshot: shortText, sizeBytes: count })).max(4096),
  }),
  event('merge-progress', { vmId, fraction: z.exactOptional(z.number().min(0).max(1)) }),
  event('merge-confirmed', { vmId }),
  event('question-asked', {
    vmId,
    questionId,
    kind: z.enum(['consistency', 'mode']),
    about: appErrorDataSchema,
    options: z.array(choice).max(questionChoices.length),
    deadlineAtMs: atMs,
    defaultChoice: choice,
  }),
  event('question-answered', { vmId, questionId, choice, by: z.enum(['admin', 'deadline']) }),
  event('vm-warning', { vmId, warning: appErrorDataSchema }),
  event('vm-ended', { vmId, outcome, error }),
  event('run-warning', { warning: appErrorDataSchema }),
  event('run-cancel-requested', {}),
  event('recovery-started', { owner }),
  event('run-ended', { outcome, error }),
]);
