import { createHash } from 'node:crypto';
import { appendFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempDir } from '../../../testing/temp-dir.ts';
import { InitialContent } from '../content/initial-content.ts';
import { PageContent, pageBytes } from '../content/page-content.ts';
import { Prng } from '../content/prng.ts';
import { compactLog } from './compact-log.ts';
import { DiskTruth } from './disk-truth.ts';
import type { LogRecord } from './log-record.ts';
import { WriteLog } from './write-log.ts';

const spec = { contentKey: 'test', sizeBytes: 8 * 2 ** 20, textBytes: 2 * 2 ** 20, randomBytes: 2 * 2 ** 20 };

function randomRecord(prng: Prng): LogRecord {
  const pages = prng.between(1, 8);
  const offset = prng.below(spec.sizeBytes / pageBytes - pages) * pageBytes;
  if (prng.below(3) > 0)
    return { type: prng.below(2) === 0 ? 'text' : 'random', offset, lengthBytes: pages * pageBytes, key: prng.next() };
  const bytes = new Uint8Array(pageBytes);
  for (let at = 0; at < prng.below(pageBytes); at += 1) bytes[at] = prng.next();
  return { type: 'inline', offset, bytes };
}

/** The disk as plain bytes, written the plain way. */
class PlainDisk {
  readonly bytes = new Uint8Array(spec.sizeBytes);
  readonly #content: PageContent;

  constructor(initial: InitialContent, content: PageContent) {
    this.#content = content;
    for (let chunk = 0; chunk < initial.chunkCount; chunk += 1)
      initial.fill(this.bytes.subarray(chunk * 2 ** 20, (chunk + 1) * 2 ** 20), chunk);
  }

  apply(record: LogRecord): void {
    if (record.type === 'mark') return;
    if (record.type === 'inline') this.bytes.set(record.bytes, record.offset);
    else
      this.#content.fill(
        this.bytes.subarray(record.offset, record.offset + record.lengthBytes),
        record.type,
        record.key,
      );
  }

  get sha256(): string {
    return createHash('sha256').update(this.bytes).digest('hex');
  }
}

it('gives the content at every mark, before and after it was made short', async () => {
  const path = join(tempDir('log'), 'disk.log');
  const content = await PageContent.create(3);
  const initial = new InitialContent(spec, content);
  const plain = new PlainDisk(initial, content);
  const prng = new Prng('writes');
  const expected = new Map<string, string>();
  let log = await WriteLog.open(path);
  for (let at = 0; at < 3000; at += 1) {
    const isMark = at % 500 === 499;
    const record: LogRecord = isMark ? { type: 'mark', checkpointId: `cp-${at}` } : randomRecord(prng);
    await log.append(record);
    plain.apply(record);
    if (isMark) expected.set(`cp-${at}`, plain.sha256);
  }
  const check = async (): Promise<readonly number[]> => {
    const truth = new DiskTruth(initial, content, log);
    for (const [id, sha256] of expected) expect(await truth.sha256(log.markOf(id))).toBe(sha256);
    expect(await truth.sha256()).toBe(plain.sha256);
    return [
      await truth.changedPageCount(log.markOf('cp-999') ?? 0, log.markOf('cp-1499')),
      await truth.changedPageCount(log.markOf('cp-499') ?? 0),
    ];
  };
  const changed = await check();
  const { last, sizeBytes } = log;
  await log.close();
  await compactLog(path, 1);
  log = await WriteLog.open(path);
  expect(log.sizeBytes).toBeLessThan(sizeBytes);
  expect(log.last).toEqual(last);
  expect(await check()).toEqual(changed);
  await log.close();
});

it('drops a record that was cut off, and goes on behind the last whole one', async () => {
  const path = join(tempDir('log'), 'disk.log');
  const first: LogRecord = { type: 'text', offset: 4096, lengthBytes: 4096, key: 7 };
  const second: LogRecord = { type: 'inline', offset: 8192, bytes: new Uint8Array(4096).fill(9) };
  let log = await WriteLog.open(path);
  await log.append(first);
  await log.append(second);
  await log.close();
  await truncate(path, (await stat(path)).size - 5);
  log = await WriteLog.open(path);
  expect(log.last).toEqual(first);
  await log.append({ type: 'mark', checkpointId: 'cp' });
  await log.close();
  log = await WriteLog.open(path);
  expect(log.last).toEqual({ type: 'mark', checkpointId: 'cp' });
  await log.close();
});

it('refuses a log whose end is something else', async () => {
  const path = join(tempDir('log'), 'disk.log');
  await (await WriteLog.open(path)).close();
  await appendFile(path, new Uint8Array(200_000).fill(1));
  await expect(WriteLog.open(path)).rejects.toMatchObject({ code: 'lab.damaged' });
});
