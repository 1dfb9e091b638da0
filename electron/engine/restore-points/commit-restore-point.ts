// Makes a restore point of disks that are in the repository already: description, configuration, folders, and at the
// very end the snapshot. Before that nobody sees anything of it; after it, all.
import { AppError } from '../../../shared/errors/app-error.ts';
import { toRestorePointId, type RestorePointId } from '../../../shared/model/ids.ts';
import {
  restorePointSchema,
  type RestorePointDisk,
  type RestorePointDocument,
} from '../../../shared/model/restore-point.ts';
import type { BlobId, NewNode, RepositoryWriter } from '../../repository/index.ts';
import type { ConfigurationFile } from '../ports/hyperv.ts';
import { unpackIds } from '../transfer/packed-ids.ts';
import type { TransferredDisk } from '../transfer/transfer-disk.ts';
import { configurationFolder, diskFileName, diskFolder, documentName, folderNameOf, pathInSnapshot } from './layout.ts';
import { distinctSafeNames } from './safe-name.ts';
import { tagsOf } from './tags.ts';

/** What of a transferred disk the restore point needs. */
export type CommittableDisk = Pick<TransferredDisk, 'contentIds' | 'imageSizeBytes' | 'sizeBytes'>;

export interface CommitOptions {
  readonly writer: RepositoryWriter;
  readonly document: RestorePointDocument;
  /** In the order of `document.disks`. */
  readonly disks: readonly CommittableDisk[];
  readonly configuration: readonly ConfigurationFile[];
  /** The restore point before this one of the same VM: other tools group by it. */
  readonly previous?: RestorePointId;
}

/** Resolves when the restore point would survive a power cut. Errors: `repository.*`. */
export async function commitRestorePoint(options: CommitOptions): Promise<RestorePointId> {
  const { writer, document, previous } = options;
  const bytes = encodeDocument(document);
  assertDisksMatch(document, options.disks);
  const modifiedAtMs = document.checkpoint.createdAtMs;
  const folder = folderNameOf(document.vm.name);
  const vmFolder = await writer.saveTree([
    { ...fileNode(documentName, modifiedAtMs), sizeBytes: bytes.length, content: await putBytes(writer, bytes) },
    { ...folderNode(configurationFolder, modifiedAtMs), subtree: await saveConfiguration(options, modifiedAtMs) },
    { ...folderNode(diskFolder, modifiedAtMs), subtree: await saveDisks(options, modifiedAtMs) },
  ]);
  const tree = await writer.saveTree([{ ...folderNode(folder, modifiedAtMs), subtree: vmFolder }]);
  const id = await writer.commitSnapshot({
    takenAtMs: document.checkpoint.createdAtMs,
    tree,
    ...(previous === undefined ? {} : { parent: previous }),
    paths: [`/${folder}`],
    hostname: document.host,
    tags: tagsOf(document),
    programVersion: document.product,
  });
  return toRestorePointId(id);
}

/** What is written must be what can be read back: a restore point that nobody can open is none. */
function encodeDocument(document: RestorePointDocument): Uint8Array {
  const checked = restorePointSchema.safeParse(document);
  if (!checked.success) throw invalid(`the description of the restore point is not valid: ${checked.error.message}`);
  return Buffer.from(`${JSON.stringify(checked.data, undefined, 2)}\n`);
}

function assertDisksMatch(document: RestorePointDocument, disks: readonly CommittableDisk[]): void {
  if (document.disks.length !== disks.length)
    throw invalid(`${document.disks.length} disks are described and ${disks.length} were copied`);
  for (const [i, described] of document.disks.entries()) {
    const { imageSizeBytes, sizeBytes } = disks[i] ?? {};
    const expectedPath = pathInSnapshot(document.vm.name, described.slot);
    if (described.pathInSnapshot !== expectedPath)
      throw invalid(`disk ${described.slot} is described at ${described.pathInSnapshot}, not at ${expectedPath}`);
    if (described.imageSizeBytes !== imageSizeBytes || described.sizeBytes !== sizeBytes)
      throw invalid(`disk ${described.slot} is described with another size than it was copied with`);
  }
}

async function saveDisks({ writer, document, disks }: CommitOptions, modifiedAtMs: number): Promise<BlobId> {
  const nodes = document.disks.map((described: RestorePointDisk, i): NewNode => {
    const disk = disks[i];
    return {
      ...fileNode(diskFileName(described.slot), modifiedAtMs),
      sizeBytes: disk?.imageSizeBytes ?? 0,
      content: [...unpackIds(disk?.contentIds ?? new Uint8Array())],
    };
  });
  return writer.saveTree(nodes);
}

async function saveConfiguration({ writer, configuration }: CommitOptions, modifiedAtMs: number): Promise<BlobId> {
  const names = distinctSafeNames(configuration.map((file) => file.name));
  const nodes: NewNode[] = [];
  for (const [i, { content }] of configuration.entries()) {
    nodes.push({
      ...fileNode(names[i] ?? '', modifiedAtMs),
      sizeBytes: content.length,
      content: await putBytes(writer, content),
    });
  }
  return writer.saveTree(nodes);
}

async function putBytes(writer: RepositoryWriter, bytes: Uint8Array): Promise<readonly BlobId[]> {
  return (await writer.putBytes(bytes)).map((chunk) => chunk.id);
}

function fileNode(
  name: string,
  modifiedAtMs: number,
): { type: 'file'; name: string; mode: number; modifiedAtMs: number } {
  return { type: 'file', name, mode: 0o600, modifiedAtMs };
}

function folderNode(
  name: string,
  modifiedAtMs: number,
): { type: 'dir'; name: string; mode: number; modifiedAtMs: number } {
  return { type: 'dir', name, mode: 0o700, modifiedAtMs };
}

function invalid(reason: string): AppError {
  return new AppError('repository.invalid-input', { reason });
}
