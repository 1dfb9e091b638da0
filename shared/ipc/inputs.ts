// The schemas of everything that may come in from a window, a browser or a script. Every text has a length, every list
// a size: whoever sends is not trusted.
import { z } from 'zod';
import { questionChoices } from '../events/run-event.ts';
import { policyChoices } from '../model/run.ts';
import { isRunId, toRestorePointId, toVmId, type RunId } from '../model/ids.ts';

const pathLength = 4096;
const mostVms = 10_000;

const guid = z.string().regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, 'is not a GUID');
const path = z
  .string()
  .min(1)
  .max(pathLength)
  .refine((text) => !text.includes('\0'), 'holds a zero byte');
const password = z.string().min(1).max(4096);
const runId = z.custom<RunId>((value) => typeof value === 'string' && isRunId(value), 'is not a run id');
const operationId = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'is not an operation id');
/** An id, or the beginning of one that is unique. */
const restorePointId = z
  .string()
  .regex(/^[0-9a-fA-F]{4,64}$/, 'is not the id of a restore point, or the beginning of one')
  .transform((hex) => toRestorePointId(hex.toLowerCase()));

export const noInput = z.undefined();

export const siteInput = z.strictObject({
  /** Asks the hosts again; otherwise what was read last is good enough. */
  refresh: z.boolean().default(false),
});

export const startRunInput = z.strictObject({
  vmIds: z.array(guid.transform(toVmId)).min(1).max(mostVms),
  mode: z.enum(['on-host', 'off-host']).default('on-host'),
  consistency: z.enum(['application', 'crash']).default('application'),
  /** What becomes of less consistency than asked for. Absent: the VM fails. */
  policy: z.strictObject({ consistency: z.enum(policyChoices) }).optional(),
});

export const answerInput = z.strictObject({
  runId,
  questionId: z.string().regex(/^q\d{1,6}$/, 'is not the id of a question'),
  choice: z.enum(questionChoices),
});

export const vmPageInput = z.strictObject({
  refresh: z.boolean().default(false),
  /** The last VM of the page before. */
  after: guid.transform(toVmId).optional(),
  limit: z.number().int().min(1).max(1000).default(500),
});

export const previewInput = z.strictObject({
  vmIds: z.array(guid.transform(toVmId)).max(mostVms),
  mode: z.enum(['on-host', 'off-host']).default('on-host'),
  consistency: z.enum(['application', 'crash']).default('application'),
});

export const runIdInput = z.strictObject({ runId });

export const historyInput = z.strictObject({
  limit: z.number().int().min(1).max(1000).default(50),
  before: runId.optional(),
});

export const listRestorePointsInput = z.strictObject({
  /** Name or id of a VM. */
  vm: z.string().min(1).max(256).optional(),
  /** The newest so many; all where absent. */
  limit: z.number().int().min(1).max(10_000).optional(),
  /** Only earlier ones: `nextBefore` of the page before. */
  before: restorePointId.optional(),
});

export const restorePointInput = z.strictObject({ id: restorePointId });

export const verifyInput = z.strictObject({ id: restorePointId, operationId: operationId.optional() });

export const restoreInput = z.strictObject({
  id: restorePointId,
  folder: path,
  slots: z.array(z.string().min(1).max(64)).min(1).max(512).optional(),
  isOverwriting: z.boolean().default(false),
  operationId: operationId.optional(),
});

const passwordKeeping = z.enum(['session', 'this-computer']);
export const initRepositoryInput = z.strictObject({ location: path, password, keep: passwordKeeping.optional() });
export const openRepositoryInput = z.strictObject({ location: path, password, keep: passwordKeeping.optional() });

export const changeSettingsInput = z.strictObject({
  appearance: z.enum(['system', 'light', 'dark', 'high-contrast']).optional(),
  vmsAtOnce: z.number().int().min(1).max(32).optional(),
  vmsPerHost: z.number().int().min(1).max(8).optional(),
});

export const folderInput = z.strictObject({ path: path.optional() });
export const operationInput = z.strictObject({ operationId: operationId.optional() });
export const cancelOperationInput = z.strictObject({ operationId });

export const cleanLeftoversInput = z.strictObject({
  ids: z.union([z.literal('all'), z.array(z.string().min(1).max(512)).min(1).max(mostVms)]),
});

export const labCheckpointInput = z.strictObject({
  vmId: guid.transform(toVmId),
  name: z.string().min(1).max(100),
});
