// The proof: each restore point is read back completely, restored, compared with what the lab knows its disks held at
// the checkpoint, and its guest database is judged. The lab's truth is used here and nowhere in the engine.
import { join } from 'node:path';
import type { ConsoleApi } from '../../../shared/ipc/contract.ts';
import type { RestoredDiskView, RestorePointView } from '../../../shared/ipc/views.ts';
import { toCheckpointId, type DiskSlot } from '../../../shared/model/ids.ts';
import { judgeGuestDatabase, sha256OfDiskFile } from '../../console/prove-disks.ts';
import type { LabTruth } from '../../lab/index.ts';
import { valueOf } from '../failure.ts';
import { shortId } from '../../../shared/words/format.ts';
import { runOperation } from '../live/run-operation.ts';
import type { Terminal } from '../terminal.ts';
import type { ProvedDisk, ProvedRestorePoint } from './demo-result.ts';

export interface ProofTools {
  readonly api: ConsoleApi;
  readonly truth: LabTruth;
  readonly terminal: Terminal;
  readonly diskHashWorkerUrl: URL;
  /** Where the restored disks go, one folder per restore point. */
  readonly folder: string;
}

export async function proveRestorePoints(tools: ProofTools): Promise<readonly ProvedRestorePoint[]> {
  const { restorePoints } = valueOf(await tools.api.restorePoints.list({}));
  const proved: ProvedRestorePoint[] = [];
  for (const restorePoint of restorePoints) {
    const previous = restorePoints.findLast(
      (other) => other.document.vm.id === restorePoint.document.vm.id && other.takenAtMs < restorePoint.takenAtMs,
    );
    proved.push(await proveRestorePoint(tools, restorePoint, previous));
  }
  return proved;
}

async function proveRestorePoint(
  { api, truth, terminal, folder, diskHashWorkerUrl }: ProofTools,
  { id, document }: RestorePointView,
  previous: RestorePointView | undefined,
): Promise<ProvedRestorePoint> {
  const name = `${document.vm.name} ${shortId(id)}`;
  terminal.say(`${name}  verifying: every chunk is read back, decrypted and hashed`);
  const report = await runOperation(api, terminal, `${name}  verifying`, (operationId) =>
    api.restorePoints.verify({ id, operationId }),
  );
  terminal.say(`${name}  restoring, and comparing with the disks at the checkpoint`);
  const restored = await runOperation(api, terminal, `${name}  restoring`, (operationId) =>
    api.restorePoints.restore({ id, operationId, folder: join(folder, `${document.vm.name}-${shortId(id)}`) }),
  );
  const checkpointId = toCheckpointId(document.checkpoint.id);
  const disks: ProvedDisk[] = [];
  let changedBytes = 0;
  for (const disk of restored.disks) {
    const slot = slotOf(disk);
    const [checkpointSha256, restoredSha256] = await Promise.all([
      truth.checkpointSha256(checkpointId, slot),
      sha256OfDiskFile(disk.file, diskHashWorkerUrl),
    ]);
    disks.push({
      pathInSnapshot: disk.disk.pathInSnapshot,
      checkpointSha256,
      restoredFile: disk.file,
      restoredSha256,
    });
    if (previous === undefined) continue;
    const before = toCheckpointId(previous.document.checkpoint.id);
    changedBytes += (await truth.changedBytesSince(before, slot, checkpointId)).bytes;
  }
  const judged = await judgeGuestDatabase(restored.disks.map((disk) => disk.file));
  return {
    id,
    vm: document.vm.name,
    mode: document.mode,
    consistency: document.consistency.achieved,
    checkpointAt: new Date(document.checkpoint.createdAtMs).toISOString(),
    disks,
    quiescing: document.consistency.quiescing,
    verified: report.isIntact,
    guestDatabase: { whole: !judged.torn, transactions: judged.transactions, detail: judged.detail },
    readBytes: sum(document.disks.map((disk) => disk.readBytes)),
    storedBytes: sum(document.disks.map((disk) => disk.storedBytes)),
    ...(previous === undefined ? {} : { changedBytes }),
  };
}

function slotOf({ slot }: RestoredDiskView): DiskSlot {
  return slot as DiskSlot;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
