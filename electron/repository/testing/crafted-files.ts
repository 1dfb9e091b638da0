// Files that an honest writer would never make, sealed with the repository's own key: what a hostile or broken
// program with the password could leave.
import { idOf } from '../format/id.ts';
import { sealUnpacked } from '../format/unpacked.ts';
import { createLocalStorage, type RepositoryFileKind } from '../index.ts';
import { unlock } from '../passwords.ts';
import { password } from './repository-fixture.ts';

/** Writes `json` as a file of that kind; returns its name. */
export async function craftFile(folder: string, kind: RepositoryFileKind, json: unknown): Promise<string> {
  const storage = createLocalStorage(folder);
  const { key } = await unlock(storage, password);
  const bytes = sealUnpacked(key, JSON.stringify(json));
  const name = idOf(bytes);
  await storage.writeAtomic({ kind, name }, [bytes]);
  return name;
}
