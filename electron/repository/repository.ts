// The open repository: binds each operation of the public interface to the part that does it.
import { BlobReader } from './blob-reader.ts';
import { checkRepository } from './check-repository.ts';
import { openWriter } from './chunk-writer.ts';
import { readFile, restoreFile } from './file-content.ts';
import { listLocks, removeLock, removeStaleLocks } from './lock-keeper.ts';
import { type Repository } from './model.ts';
import { addPassword, listPasswords, removePassword } from './passwords.ts';
import { openFile } from './random-access.ts';
import { type RepositoryCore } from './repository-core.ts';
import { findNode, findSnapshot, listSnapshots } from './snapshot-store.ts';
import { verifySnapshot } from './verify-snapshot.ts';

export function createRepository(core: RepositoryCore): Repository {
  const reader = new BlobReader(core);
  return {
    id: core.config.id,
    location: core.storage.location,
    listSnapshots: (filter) => listSnapshots(core, filter),
    findSnapshot: (idOrPrefix) => findSnapshot(core, idOrPrefix),
    readTree: async (id) => reader.readTree(await core.index.load(), id),
    findNode: (snapshot, path) => findNode(core, reader, snapshot, path),
    readBlob: async (id) => {
      const table = await core.index.load();
      return reader.read(table, reader.locate(table, 'data', id));
    },
    readFile: async function* (node, options) {
      yield* readFile(reader, await core.index.load(), node, options);
    },
    openFile: async (node) => openFile(reader, await core.index.load(), node),
    restoreFile: async (node, target, options) => restoreFile(reader, await core.index.load(), node, target, options),
    verifySnapshot: async (idOrPrefix, options) =>
      verifySnapshot(core, reader, await findSnapshot(core, idOrPrefix), options),
    check: (options) => checkRepository(core, reader, options),
    reload: async () => {
      await core.index.reload();
    },
    openWriter: (options) => openWriter(core, options),
    addPassword: (password) => addPassword(core, password),
    listPasswords: () => listPasswords(core),
    removePassword: (id) => removePassword(core, id),
    listLocks: () => listLocks(core),
    removeStaleLocks: () => removeStaleLocks(core),
    removeLock: (id) => removeLock(core, id),
    close: () => core.pool.close(),
  };
}
