// Going through all folders below a tree, each distinct one once: folders of equal content are the same blob.
import { type AppError, isAppError } from '../../shared/errors/app-error.ts';
import { type BlobReader } from './blob-reader.ts';
import { type BlobTable } from './blob-table.ts';
import { limits } from './format/limits.ts';
import { type BlobId, type FileNode } from './model.ts';

export interface TreeVisitor {
  /** Trees that were walked before and are passed over; grows. */
  readonly visited: Set<BlobId>;
  readonly signal?: AbortSignal;
  onFile(path: string, node: FileNode): Promise<void>;
  /** A folder that cannot be read. */
  onDamage(path: string, error: AppError): void;
}

export async function walkTrees(
  reader: BlobReader,
  table: BlobTable,
  root: BlobId,
  visitor: TreeVisitor,
): Promise<void> {
  const pending: { readonly path: string; readonly tree: BlobId; readonly depth: number }[] = [
    { path: '', tree: root, depth: 0 },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    visitor.signal?.throwIfAborted();
    const { path, tree, depth } = next;
    if (visitor.visited.has(tree)) continue;
    visitor.visited.add(tree);
    const nodes = await readOrReport(reader, table, next, visitor);
    for (const node of nodes) {
      const nodePath = `${path}/${node.name}`;
      if (node.type === 'dir') pending.push({ path: nodePath, tree: node.subtree, depth: depth + 1 });
      if (node.type === 'file') await visitor.onFile(nodePath, node);
    }
  }
}

async function readOrReport(
  reader: BlobReader,
  table: BlobTable,
  { path, tree, depth }: { readonly path: string; readonly tree: BlobId; readonly depth: number },
  visitor: TreeVisitor,
): ReturnType<BlobReader['readTree']> {
  try {
    if (depth > limits.treeDepth) throw reader.damagedTree(tree, 'folders are nested too deep');
    return await reader.readTree(table, tree);
  } catch (error) {
    if (!isAppError(error) || error.category !== 'integrity') throw error;
    visitor.onDamage(path === '' ? '/' : path, error);
    return [];
  }
}
