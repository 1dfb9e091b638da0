// restorePoints.*: list, look at, prove and bring back.
import { dirname } from 'node:path';
import type { ConsoleHandlers } from '../../../shared/ipc/contract.ts';
import type { RestorePointView } from '../../../shared/ipc/views.ts';
import {
  findRestorePoint,
  listRestorePoints,
  resticCommandFor,
  restoreDisks,
  verifyRestorePoint,
  type RestorePoint,
} from '../../engine/restore-points/index.ts';
import type { HandlerContext } from './handler-context.ts';

export function restorePointHandlers(context: HandlerContext): ConsoleHandlers['restorePoints'] {
  const { repository, operations, files } = context;
  return {
    list: ({ vm }) =>
      repository.use(async (opened) => {
        const listing = await listRestorePoints(opened, vm === undefined ? {} : { vm });
        return {
          restorePoints: listing.restorePoints.map(toView),
          damaged: listing.damaged.map((point) => ({ ...point, error: point.error.toData() })),
          otherSnapshots: listing.otherSnapshots,
        };
      }),
    show: ({ id }) =>
      repository.use(async (opened) => {
        const restorePoint = await findRestorePoint(opened, id);
        const { location } = opened;
        const folder = `${dirname(location)}/restored`;
        const { sh, powershell } = resticCommandFor({ location, restorePoint, folder });
        return { ...toView(restorePoint), location, restic: { sh, powershell } };
      }),
    verify: ({ id, operationId }) =>
      operations.run({ kind: 'verify', subject: id, operationId }, (tools) =>
        repository.use(async (opened) => {
          const report = await verifyRestorePoint(opened, id, tools);
          return { ...report, restorePoint: toView(report.restorePoint) };
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

function toView({ id, takenAtMs, parent, folder, document }: RestorePoint): RestorePointView {
  return { id, takenAtMs, ...(parent === undefined ? {} : { parent }), folder, document };
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
