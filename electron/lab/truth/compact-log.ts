// Makes a long write log short: between two marks only the last write of each page can ever be asked for. Every mark
// stays, so every checkpoint keeps its hash and every difference between two of them its size.
import { rename, rm, stat } from 'node:fs/promises';
import { pageBytes } from '../content/page-content.ts';
import { diskBytesOf } from './log-record.ts';
import { WriteLog } from './write-log.ts';

const longLogBytes = 32 * 1024 * 1024;

/** Replaces the log at `path` by a shorter one, when it has grown beyond `limitBytes`. It must not be open. */
export async function compactLog(path: string, limitBytes = longLogBytes): Promise<void> {
  const sizeBytes = await stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
  if (sizeBytes <= limitBytes) return;
  const draftPath = `${path}.new`;
  await rm(draftPath, { force: true });
  const log = await WriteLog.open(path);
  try {
    const kept = await recordsToKeep(log);
    const draft = await WriteLog.open(draftPath);
    try {
      for await (const { record, position } of log.records()) if (kept.has(position)) await draft.append(record);
    } finally {
      await draft.close();
    }
  } finally {
    await log.close();
  }
  await rename(draftPath, path);
}

async function recordsToKeep(log: WriteLog): Promise<ReadonlySet<number>> {
  const kept = new Set<number>();
  let lastWrites = new Map<number, number>();
  const endStretch = (): void => {
    for (const position of lastWrites.values()) kept.add(position);
    lastWrites = new Map();
  };
  for await (const { record, position } of log.records()) {
    if (record.type === 'mark') {
      endStretch();
      kept.add(position);
      continue;
    }
    const first = record.offset / pageBytes;
    const count = diskBytesOf(record) / pageBytes;
    for (let page = first; page < first + count; page += 1) lastWrites.set(page, position);
  }
  endStretch();
  return kept;
}
