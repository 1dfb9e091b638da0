// What the run driver needs to move bytes: opening a frozen chain, copying a disk, committing a restore point, and
// finding committed ones again. The driver knows the order; how bytes are cut and named is decided behind this.
import type { Repository, RepositoryWriter } from '../../repository/index.ts';
import type { VirtualDisk } from '../../vhdx/index.ts';
import type { AppError } from '../../../shared/errors/app-error.ts';
import type { CommittedDisk } from '../../../shared/events/run-event.ts';
import type { RestorePointId, RunId, VmId } from '../../../shared/model/ids.ts';
import type { RestorePointDocument } from '../../../shared/model/restore-point.ts';
import type { ConfigurationFile, HostFiles } from '../ports/hyperv.ts';

/** Where the restore points go. It is opened anew for each run, so that a password or a path is proved each time. */
export interface RepositorySource {
  /** Folder or URL, for the journal and for error texts. */
  readonly location: string;
  /** @throws AppError of `repository.*`: not reachable, wrong password, damaged */
  open(): Promise<Repository>;
}

export interface DiskTransferProgress {
  readonly totalBytes: number;
  readonly readBytes: number;
  readonly skippedBytes: number;
  readonly storedBytes: number;
}

/** A disk that is in the repository, but in no restore point yet. */
export interface CopiedDisk extends DiskTransferProgress {
  /** Size of the synthesized .vhdx. */
  readonly imageSizeBytes: number;
}

export interface FoundRestorePoint {
  readonly id: RestorePointId;
  readonly vmId: VmId;
  readonly disks: readonly CommittedDisk[];
}

export interface FoundRestorePoints {
  readonly restorePoints: readonly FoundRestorePoint[];
  /** Of restore points that are there and cannot be read. */
  readonly damaged: readonly AppError[];
}

export interface DataPath<Copied extends CopiedDisk = CopiedDisk> {
  /** Opens the frozen file and its parents, read-only. Errors: `vhdx.*` */
  openDisk(files: HostFiles, path: string): Promise<VirtualDisk>;
  /** Absolute path inside the snapshot for a disk of this VM. */
  pathInSnapshot(vmName: string, slot: string): string;
  /** Rejects with the signal's reason when aborted. */
  transferDisk(options: {
    readonly disk: VirtualDisk;
    readonly writer: RepositoryWriter;
    readonly signal: AbortSignal;
    readonly onProgress: (progress: DiskTransferProgress) => void;
  }): Promise<Copied>;
  /** Visible entirely or not at all. `disks` in the order of `document.disks`. */
  commitRestorePoint(options: {
    readonly repository: Repository;
    readonly writer: RepositoryWriter;
    readonly document: RestorePointDocument;
    readonly disks: readonly Copied[];
    readonly configuration: readonly ConfigurationFile[];
  }): Promise<RestorePointId>;
  /** The restore points that this run committed. */
  findRestorePoints(repository: Repository, runId: RunId): Promise<FoundRestorePoints>;
}
