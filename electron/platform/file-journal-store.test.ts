// Journals on real files: what is appended is there line by line, whatever a crash or a stranger left beside it.
import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeRunId, type RunId } from '../../shared/model/ids.ts';
import { tempDir } from '../../testing/temp-dir.ts';
import { FileJournalStore } from './file-journal-store.ts';

const early = makeRunId(Date.UTC(2026, 10, 24, 2), 'aaaaaa');
const late = makeRunId(Date.UTC(2026, 10, 24, 3), '000000');

function newStore(): {
  readonly store: FileJournalStore;
  readonly folder: string;
  readonly fileOf: (runId: RunId) => string;
} {
  const folder = join(tempDir('journal'), 'runs');
  return { store: new FileJournalStore(folder), folder, fileOf: (runId) => join(folder, `${runId}.jsonl`) };
}

describe('FileJournalStore', () => {
  it('is empty before the first append, and makes nothing by looking', async () => {
    const { store } = newStore();
    expect(await store.list()).toEqual([]);
  });

  it('gives back what was appended, oldest run first, for another process too', async () => {
    const { store, folder } = newStore();
    await store.append(late, '{"n":1}');
    await store.append(early, '{"n":2}');
    await store.append(late, '{"text":"Zeile\\n zwei, für Größe"}');
    const other = new FileJournalStore(folder);
    expect(await other.list()).toEqual([early, late]);
    expect(await other.read(late)).toEqual(['{"n":1}', '{"text":"Zeile\\n zwei, für Größe"}']);
    expect(await other.read(early)).toEqual(['{"n":2}']);
  });

  it('returns a line that a crash cut as it is, and an empty one that closes it', async () => {
    const { store, fileOf } = newStore();
    await store.append(early, '{"n":1}');
    appendFileSync(fileOf(early), '{"n":2,"cu');
    expect(await store.read(early)).toEqual(['{"n":1}', '{"n":2,"cu']);
    await store.append(early, '');
    await store.append(early, '{"n":3}');
    expect(await store.read(early)).toEqual(['{"n":1}', '{"n":2,"cu', '{"n":3}']);
  });

  it('leaves out what is not a journal', async () => {
    const { store, folder } = newStore();
    mkdirSync(folder, { recursive: true });
    for (const name of ['notes.txt', 'r-20261124-020000-aaaaaa.jsonl.bak', 'r-1.jsonl', '.jsonl'])
      writeFileSync(join(folder, name), 'x');
    await store.append(early, '{}');
    expect(await store.list()).toEqual([early]);
  });

  it('keeps journals to this user', async () => {
    const { store, fileOf } = newStore();
    await store.append(early, '{}');
    expect(statSync(fileOf(early)).mode & 0o777).toBe(0o600);
  });

  it('says which file could not be written, and why', async () => {
    const { folder } = newStore();
    writeFileSync(folder, 'a file where the folder should be');
    const store = new FileJournalStore(folder);
    await expect(store.append(early, '{}')).rejects.toMatchObject({ code: 'file.not-writable' });
    expect(readFileSync(folder, 'utf8')).toBe('a file where the folder should be');
    expect(await store.list()).toEqual([]);
  });

  it('says which journal could not be read', async () => {
    const { store } = newStore();
    await expect(store.read(early)).rejects.toMatchObject({ code: 'file.not-found' });
  });
});
