// restorePoints.*: list, look at, prove and bring back.
import { dirname } from 'node:path';
import { AppError, isAppError, toAppError, type AppErrorData } from '../../../shared/errors/app-error.ts';
import type { ConsoleHandlers } from '../../../shared/ipc/contract.ts';
import type { RestorePointList, RestorePointView, VerificationView } from '../../../shared/ipc/views.ts';
import type { RestorePointId } from '../../../shared/model/ids.ts';
import {
  findRestorePoint,
  listRestorePoints,
  resticCommandFor,
  restoreDisks,
  shortId,
  verifyRestorePoint,
  type RestorePoint,
  type VerifyReport,
} from '../../engine/restore-points/index.ts';
import type { Verifications } from '../../platform/index.ts';
import type { HandlerContext } from './handler-context.ts';

export function restorePointHandlers(context: HandlerContext): ConsoleHandlers['restorePoints'] {
  const { repository, operations, files } = context;
  return {
    list: ({ vm, limit, before }) =>
      repository.use(async (opened) => {
        const listing = await listRestorePoints(opened, vm === undefined ? {} : { vm });
        const { verified, problems } = await knownVerifications(context, opened.id);
        const page = pageOf(listing.restorePoints, limit, before);
        return {
          ...page,
          restorePoints: page.restorePoints.map((point) => toView(point, verified.get(point.id))),
          damaged: listing.damaged.map((point) => ({ ...point, error: point.error.toData() })),
          otherSnapshots: listing.otherSnapshots,
          problems,
        };
      }),
    show: ({ id }) =>
      repository.use(async (opened) => {
        const restorePoint = await findRestorePoint(opened, id);
        const { verified } = await knownVerifications(context, opened.id);
        const { location } = opened;
        const folder = `${dirname(location)}/restored`;
        const { sh, powershell } = resticCommandFor({ location, restorePoint, folder });
        return { ...toView(restorePoint, verified.get(restorePoint.id)), location, restic: { sh, powershell } };
      }),
    verify: ({ id, operationId }) =>
      operations.run({ kind: 'verify', subject: id, operationId }, (tools) =>
        repository.use(async (opened) => {
          const report = await verifyRestorePoint(opened, id, tools);
          const verification = await recordVerification(context, opened.id, report);
          return { ...report, restorePoint: toView(report.restorePoint, verification) };
        }),
      ),
    restore: ({ id, folder, slots, isOverwriting, operationId }) =>
      operations.run({ kind: 'restore', subject: id, operationId }, ({ signal, onProgress }) =>
        repository.use(async (opened) => {
          const restorePoint = await findRestorePoint(opened, id);
          const disks = await restoreDisks(opened, files, restorePoint.id, {
            folder,
            isOverwriting,
            signal,
            onProgress: progressOverDisks(onProgress, restorePoint, slots),
            ...(slots === undefined ? {} : { slots }),
          });
          return { restorePointId: restorePoint.id, disks };
        }),
      ),
  };
}

/** A record that cannot be read is no reason to hide restore points that can. */
async function knownVerifications(
  { verifications }: HandlerContext,
  repositoryId: string,
): Promise<{ readonly verified: Verifications; readonly problems: readonly AppErrorData[] }> {
  try {
    return { verified: await verifications.read(repositoryId), problems: [] };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { verified: new Map(), problems: [error.toData()] };
  }
}

/** The newest `limit` of those that come before `before`; oldest first, as the whole list. */
function pageOf(
  all: readonly RestorePoint[],
  limit: number = all.length,
  before: RestorePointId | undefined,
): Pick<RestorePointList, 'total' | 'nextBefore'> & { readonly restorePoints: readonly RestorePoint[] } {
  const end = before === undefined ? all.length : all.findIndex((point) => point.id.startsWith(before));
  if (end < 0) throw new AppError('console.reading-changed', {});
  const start = Math.max(0, end - limit);
  const restorePoints = all.slice(start, end);
  const [first] = restorePoints;
  const hasMore = start > 0 && first !== undefined;
  return { restorePoints, total: all.length, ...(hasMore ? { nextBefore: first.id } : {}) };
}

/** @throws AppError `console.verification-not-recorded`, which says all the same what came of it */
async function recordVerification(
  { verifications, events, clock }: HandlerContext,
  repositoryId: string,
  { restorePoint, isIntact, damageCount, checkedBytes }: VerifyReport,
): Promise<VerificationView> {
  const verification = { atMs: Math.floor(clock.nowMs()), isIntact, damageCount, checkedBytes };
  try {
    await verifications.record(repositoryId, restorePoint.id, verification);
  } catch (error) {
    const result = isIntact ? 'intact' : 'damaged';
    const reason = toAppError(error).text.title;
    const params = { restorePoint: shortId(restorePoint.id), result, reason };
    throw new AppError('console.verification-not-recorded', params, { cause: error });
  }
  events.emit({ type: 'restore-points' });
  return verification;
}

function toView(
  { id, takenAtMs, parent, folder, document }: RestorePoint,
  verification: VerificationView | undefined,
): RestorePointView {
  return {
    id,
    takenAtMs,
    ...(parent === undefined ? {} : { parent }),
    folder,
    document,
    ...(verification === undefined ? {} : { verification }),
  };
}

/** One figure over all disks that are restored, in place of one per disk. */
function progressOverDisks(
  onProgress: (progress: { readonly doneBytes: number; readonly totalBytes: number }) => void,
  { document }: RestorePoint,
  slots: readonly string[] | undefined,
): (progress: { readonly slot: string; readonly doneBytes: number }) => void {
  const disks = document.disks.filter((disk) => slots === undefined || slots.includes(disk.slot));
  const totalBytes = disks.reduce((sum, disk) => sum + disk.imageSizeBytes, 0);
  const doneBytes = new Map<string, number>();
  return (progress) => {
    doneBytes.set(progress.slot, progress.doneBytes);
    onProgress({ doneBytes: [...doneBytes.values()].reduce((sum, bytes) => sum + bytes, 0), totalBytes });
  };
}
