// The data path of the product: frozen VHDX chains into a restic-format repository. Only puts parts together.
import type { RunId } from '../../../shared/model/ids.ts';
import { toVmId } from '../../../shared/model/ids.ts';
import type { Repository } from '../../repository/index.ts';
import { openDisk } from '../../vhdx/index.ts';
import { commitRestorePoint } from '../restore-points/commit-restore-point.ts';
import { findLatestOfVm, findRestorePointsOfRun, type RestorePoint } from '../restore-points/find-restore-points.ts';
import { pathInSnapshot } from '../restore-points/layout.ts';
import { transferDisk, type TransferredDisk } from '../transfer/transfer-disk.ts';
import type { DataPath, FoundRestorePoint, FoundRestorePoints } from './data-path.ts';

export const repositoryDataPath: DataPath<TransferredDisk> = {
  openDisk: (files, path) => openDisk(path, files),
  pathInSnapshot,
  transferDisk,
  commitRestorePoint: async ({ repository, writer, document, disks, configuration }) => {
    const previous = await findLatestOfVm(repository, document.vm.id);
    const parent = previous === undefined ? {} : { previous };
    return commitRestorePoint({ writer, document, disks, configuration, ...parent });
  },
  findRestorePoints,
};

async function findRestorePoints(repository: Repository, runId: RunId): Promise<FoundRestorePoints> {
  const { restorePoints, damaged } = await findRestorePointsOfRun(repository, runId);
  return { restorePoints: restorePoints.map(toFound), damaged: damaged.map((point) => point.error) };
}

/** What was skipped while reading is not in the document: all that was read counts as work, none of it as skipped. */
function toFound({ id, document }: RestorePoint): FoundRestorePoint {
  const disks = document.disks.map((disk) => ({
    slot: disk.slot as FoundRestorePoint['disks'][number]['slot'],
    totalBytes: disk.readBytes,
    readBytes: disk.readBytes,
    skippedBytes: 0,
    storedBytes: disk.storedBytes,
    pathInSnapshot: disk.pathInSnapshot,
    sizeBytes: disk.sizeBytes,
  }));
  return { id, vmId: toVmId(document.vm.id), disks };
}
