// Finds restore points among the snapshots of a repository. A repository may hold snapshots of other programs, and what
// is in ours may be damaged: neither hides the others.
import { AppError, isAppError } from '../../../shared/errors/app-error.ts';
import { toRestorePointId, type RestorePointId, type RunId } from '../../../shared/model/ids.ts';
import { restorePointSchema, type RestorePointDocument } from '../../../shared/model/restore-point.ts';
import type { FileNode, Repository, Snapshot } from '../../repository/index.ts';
import { documentName, folderNameOf } from './layout.ts';
import { productTag, runTag, vmTag } from './tags.ts';

/** What this needs of a repository. */
export type ReadableRepository = Pick<
  Repository,
  'location' | 'listSnapshots' | 'findSnapshot' | 'findNode' | 'readFile' | 'reload'
>;

/** A restore point whose description was read and holds together. */
export interface RestorePoint {
  readonly id: RestorePointId;
  /** Time of the checkpoint. */
  readonly takenAtMs: number;
  /** The restore point before it of the same VM. */
  readonly parent?: RestorePointId;
  /** Absolute path of the VM's folder inside the snapshot. */
  readonly folder: string;
  readonly document: RestorePointDocument;
}

/** A restore point that cannot say what it is. What the snapshot itself says stands in for it. */
export interface DamagedRestorePoint {
  /** Absent when the snapshot file itself cannot be read; the error names it. */
  readonly id?: RestorePointId;
  readonly takenAtMs?: number;
  readonly hostname?: string;
  readonly tags: readonly string[];
  readonly paths: readonly string[];
  readonly error: AppError;
}

export interface RestorePointListing {
  /** Oldest first. */
  readonly restorePoints: readonly RestorePoint[];
  readonly damaged: readonly DamagedRestorePoint[];
  /** Snapshots of other programs: left alone. */
  readonly otherSnapshots: number;
}

export interface ListOptions {
  /** Id or name (case-insensitive) of a VM. Damaged restore points are filtered by what their tags and paths say. */
  readonly vm?: string;
  readonly signal?: AbortSignal;
}

/** Far more than 512 disks with their chains need. */
const mostDocumentBytes = 64 * 1024 ** 2;
const readAtOnce = 8;

/** Errors: `repository.not-readable` and the like. Damage is part of the result. */
export async function listRestorePoints(
  repository: ReadableRepository,
  options: ListOptions = {},
): Promise<RestorePointListing> {
  const damaged: DamagedRestorePoint[] = [];
  const snapshots = await repository.listSnapshots({
    onDamaged: (error) => damaged.push({ tags: [], paths: [], error }),
  });
  await reloadIndex(repository);
  const ours = snapshots.filter((snapshot) => snapshot.tags.includes(productTag));
  const restorePoints: RestorePoint[] = [];
  for (let at = 0; at < ours.length; at += readAtOnce) {
    options.signal?.throwIfAborted();
    const some = ours.slice(at, at + readAtOnce);
    for (const result of await Promise.all(some.map((snapshot) => tryRead(repository, snapshot)))) {
      if (isReadable(result)) restorePoints.push(result);
      else damaged.push(result);
    }
  }
  const { vm } = options;
  return {
    restorePoints: vm === undefined ? restorePoints : restorePoints.filter((point) => isOfVm(point, vm)),
    damaged: vm === undefined ? damaged : damaged.filter((point) => mayBeOfVm(point, vm)),
    otherSnapshots: snapshots.length - ours.length,
  };
}

/**
 * Errors: `repository.snapshot-not-found`, `repository.snapshot-ambiguous`, `restore.not-a-restore-point`,
 * `restore.damaged-restore-point`.
 */
export async function findRestorePoint(repository: ReadableRepository, idOrPrefix: string): Promise<RestorePoint> {
  const snapshot = await repository.findSnapshot(idOrPrefix.toLowerCase());
  if (!snapshot.tags.includes(productTag)) {
    const params = { restorePoint: shortId(snapshot.id), location: repository.location };
    throw new AppError('restore.not-a-restore-point', params);
  }
  await reloadIndex(repository);
  return readRestorePoint(repository, snapshot);
}

/**
 * The restore points that this run made visible, whatever became of the run. A snapshot file that cannot be read at all
 * is no restore point, of this run or another; `listRestorePoints` reports it.
 */
export async function findRestorePointsOfRun(
  repository: ReadableRepository,
  runId: RunId,
): Promise<Omit<RestorePointListing, 'otherSnapshots'>> {
  const snapshots = await repository.listSnapshots({ tags: [productTag, runTag(runId)], onDamaged: () => undefined });
  await reloadIndex(repository);
  const found = await Promise.all(snapshots.map((snapshot) => tryRead(repository, snapshot)));
  return {
    restorePoints: found.filter(isReadable),
    damaged: found.filter(isUnreadable),
  };
}

/** Newest restore point of a VM by its tags alone; the next one names it as its parent. */
export async function findLatestOfVm(
  repository: Pick<Repository, 'listSnapshots'>,
  vmId: string,
): Promise<RestorePointId | undefined> {
  const snapshots = await repository.listSnapshots({ tags: [productTag, vmTag(vmId)], onDamaged: () => undefined });
  const latest = snapshots.at(-1);
  return latest === undefined ? undefined : toRestorePointId(latest.id);
}

/** As restic shows ids. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}

/** Another process may have added what these snapshots need: "restic design.rst" reads snapshots first, then indexes. */
async function reloadIndex(repository: Pick<Repository, 'reload'>): Promise<void> {
  try {
    await repository.reload();
  } catch (error) {
    // A damaged index is met again by each restore point that needs it, and said there.
    if (!isAppError(error) || error.category !== 'integrity') throw error;
  }
}

function isReadable(point: RestorePoint | DamagedRestorePoint): point is RestorePoint {
  return 'document' in point;
}

function isUnreadable(point: RestorePoint | DamagedRestorePoint): point is DamagedRestorePoint {
  return !isReadable(point);
}

async function tryRead(
  repository: ReadableRepository,
  snapshot: Snapshot,
): Promise<RestorePoint | DamagedRestorePoint> {
  try {
    return await readRestorePoint(repository, snapshot);
  } catch (error) {
    // A share that went away is no damage: it ends the listing.
    if (!isAppError(error) || error.category !== 'integrity') throw error;
    const { takenAtMs, hostname, tags, paths } = snapshot;
    return { id: toRestorePointId(snapshot.id), takenAtMs, hostname, tags, paths, error };
  }
}

async function readRestorePoint(repository: ReadableRepository, snapshot: Snapshot): Promise<RestorePoint> {
  const damaged = (reason: string, cause?: unknown): AppError => {
    const params = { restorePoint: shortId(snapshot.id), location: repository.location, reason };
    return new AppError('restore.damaged-restore-point', params, { cause });
  };
  const [folder] = snapshot.paths;
  if (folder === undefined) throw damaged('it names no folder');
  try {
    const node = await repository.findNode(snapshot, `${folder}/${documentName}`);
    if (node.type !== 'file') throw damaged(`${documentName} is no file`);
    const parsed = restorePointSchema.safeParse(JSON.parse(await readText(repository, node)));
    if (!parsed.success) throw damaged(firstIssue(parsed.error.issues));
    const document = parsed.data;
    assertTagsAgree(document, snapshot, damaged);
    return {
      id: toRestorePointId(snapshot.id),
      takenAtMs: snapshot.takenAtMs,
      ...(snapshot.parent === undefined ? {} : { parent: toRestorePointId(snapshot.parent) }),
      folder,
      document,
    };
  } catch (error) {
    throw asDamage(error, damaged);
  }
}

async function readText(repository: ReadableRepository, node: FileNode): Promise<string> {
  if (node.sizeBytes > mostDocumentBytes) throw new RangeError(`it has ${node.sizeBytes} bytes`);
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of repository.readFile(node)) {
    bytes += piece.length;
    if (bytes > mostDocumentBytes) throw new RangeError(`it has more than ${mostDocumentBytes} bytes`);
    pieces.push(new Uint8Array(piece));
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
}

/** Tags decide what belongs to which VM and run; a description that says otherwise was not made by us. */
function assertTagsAgree(
  document: RestorePointDocument,
  snapshot: Snapshot,
  damaged: (reason: string) => AppError,
): void {
  for (const tag of [vmTag(document.vm.id), runTag(document.runId)])
    if (!snapshot.tags.includes(tag)) throw damaged(`it says ${tag}, the snapshot's tags do not`);
}

/** Errors of the repository's surroundings (no permission, share gone) stay what they are; the rest is damage. */
function asDamage(error: unknown, damaged: (reason: string, cause?: unknown) => AppError): unknown {
  if (isAppError(error, 'restore.damaged-restore-point')) return error;
  if (isAppError(error, 'repository.path-not-found')) return damaged(`it holds no ${documentName}`, error);
  if (isAppError(error)) return error.category === 'integrity' ? damaged(error.text.meaning, error) : error;
  if (error instanceof SyntaxError || error instanceof RangeError || error instanceof TypeError)
    return damaged(error.message.slice(0, 200), error);
  return error;
}

/** `vm.generation: Invalid input`; the others mostly follow from it. */
function firstIssue(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  const [first] = issues;
  return first === undefined
    ? 'it is not valid'
    : `${first.path.map(String).join('.')}: ${first.message}`.slice(0, 200);
}

function isOfVm({ document }: RestorePoint, vm: string): boolean {
  const wanted = vm.toLowerCase();
  return document.vm.id.toLowerCase() === wanted || document.vm.name.toLowerCase() === wanted;
}

/** Without a description the folder is the nearest thing to a name; an unreadable snapshot may be anybody's. */
function mayBeOfVm({ id, tags, paths }: DamagedRestorePoint, vm: string): boolean {
  const folder = `/${folderNameOf(vm)}`.toLowerCase();
  return id === undefined || tags.includes(vmTag(vm)) || paths.some((path) => path.toLowerCase() === folder);
}
