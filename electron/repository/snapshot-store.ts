// Finding and reading snapshots, and the way from a snapshot to a node by its path.
import { AppError, isAppError } from '../../shared/errors/app-error.ts';
import { type BlobReader } from './blob-reader.ts';
import { forEachLimited } from './concurrency.ts';
import { limits } from './format/limits.ts';
import { decodeSnapshot } from './format/snapshot-codec.ts';
import { type Snapshot, type SnapshotFilter, type SnapshotId, type TreeNode } from './model.ts';
import { readSealed, type RepositoryCore } from './repository-core.ts';
import { assertPresent } from './repository-storage.ts';

const readsAtOnce = 8;

export async function listSnapshots(core: RepositoryCore, filter: SnapshotFilter = {}): Promise<readonly Snapshot[]> {
  const snapshots: Snapshot[] = [];
  const files = await core.storage.list('snapshot');
  await forEachLimited(files, readsAtOnce, async ({ name }) => {
    try {
      snapshots.push(await readSnapshot(core, name));
    } catch (error) {
      // Removed by another program between the listing and now.
      if (isAppError(error, 'repository.file-missing')) return assertPresent(core.storage);
      if (filter.onDamaged === undefined || !isAppError(error, 'repository.damaged-file')) throw error;
      filter.onDamaged(error);
    }
  });
  // None at all: is there a repository?
  if (files.length === 0) await assertPresent(core.storage);
  const wanted = filter.tags ?? [];
  const matching = snapshots.filter((snapshot) => wanted.every((tag) => snapshot.tags.includes(tag)));
  return matching.sort((a, b) => a.takenAtMs - b.takenAtMs || (a.id < b.id ? -1 : 1));
}

export async function findSnapshot(core: RepositoryCore, idOrPrefix: string): Promise<Snapshot> {
  const { location } = core.storage;
  const matches = (await core.storage.list('snapshot'))
    .map(({ name }) => name)
    .filter((name) => name.startsWith(idOrPrefix));
  const [only, ...others] = idOrPrefix === '' ? [] : matches;
  if (only === undefined) {
    await assertPresent(core.storage);
    throw new AppError('repository.snapshot-not-found', { location, snapshot: idOrPrefix });
  }
  if (others.length > 0) {
    const short = matches.slice(0, 5).map((name) => name.slice(0, 16));
    throw new AppError('repository.snapshot-ambiguous', { location, snapshot: idOrPrefix, matches: short });
  }
  return readSnapshot(core, only);
}

function readSnapshot(core: RepositoryCore, id: SnapshotId): Promise<Snapshot> {
  const file = { kind: 'snapshot', name: id } as const;
  return readSealed(core, file, limits.snapshotFileBytes, (json) => decodeSnapshot(id, json));
}

export async function findNode(
  core: RepositoryCore,
  reader: BlobReader,
  snapshot: Snapshot,
  path: string,
): Promise<TreeNode> {
  const notFound = (): AppError =>
    new AppError('repository.path-not-found', {
      location: core.storage.location,
      snapshot: snapshot.id.slice(0, 16),
      path,
    });
  const table = await core.index.load();
  let tree: string | undefined = snapshot.tree;
  let found: TreeNode | undefined;
  for (const step of path.split('/').filter((name) => name !== '')) {
    if (tree === undefined) throw notFound();
    const nodes: readonly TreeNode[] = await reader.readTree(table, tree);
    found = nodes.find((node) => node.name === step);
    if (found === undefined) throw notFound();
    tree = found.type === 'dir' ? found.subtree : undefined;
  }
  if (found === undefined) throw notFound();
  return found;
}
