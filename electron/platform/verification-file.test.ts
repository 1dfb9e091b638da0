// Records of verified restore points: never of another repository, bounded, whole, and refused when damaged.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VerificationView } from '../../shared/ipc/views.ts';
import { toRestorePointId } from '../../shared/model/ids.ts';
import { verificationFile } from './verification-file.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stillpoint-verified-'));
  path = join(dir, 'verifications.json');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const hex = (number: number): string => number.toString(16).padStart(64, '0');
const point = (number: number) => toRestorePointId(hex(number));
const repositoryA = hex(0xa);
const repositoryB = hex(0xb);
const intact: VerificationView = { atMs: 5, isIntact: true, damageCount: 0, checkedBytes: 100 };
const damaged: VerificationView = { atMs: 6, isIntact: false, damageCount: 3, checkedBytes: 90 };

describe('the record of verified restore points', () => {
  it('is never that of another repository, though the restore point has the same id', async () => {
    const file = verificationFile(path);
    await file.record(repositoryA, point(1), intact);
    expect([...(await file.read(repositoryA))]).toEqual([[point(1), intact]]);
    expect((await file.read(repositoryB)).size).toBe(0);
    await file.record(repositoryB, point(1), damaged);
    expect((await verificationFile(path).read(repositoryA)).get(point(1))).toEqual(intact);
    expect((await verificationFile(path).read(repositoryB)).get(point(1))).toEqual(damaged);
  });

  it('keeps the last result of each, and all of many at once', async () => {
    const file = verificationFile(path);
    await file.record(repositoryA, point(1), intact);
    await file.record(repositoryA, point(1), damaged);
    await Promise.all(Array.from({ length: 20 }, (_, at) => file.record(repositoryA, point(at + 2), intact)));
    const read = await file.read(repositoryA);
    expect(read.get(point(1))).toEqual(damaged);
    expect(read.size).toBe(21);
  });

  it('holds ten thousand at most: the oldest give way', async () => {
    const entry = (number: number) => ({ repositoryId: repositoryA, restorePointId: hex(number), ...intact });
    const verifications = Array.from({ length: 10_000 }, (_, at) => entry(at));
    writeFileSync(path, JSON.stringify({ schemaVersion: 1, verifications }));
    const file = verificationFile(path);
    await file.record(repositoryA, point(1), damaged);
    await file.record(repositoryA, point(20_000), intact);
    const read = await file.read(repositoryA);
    expect(read.size).toBe(10_000);
    expect(read.has(point(0))).toBe(false);
    expect(read.get(point(1))).toEqual(damaged);
    expect(read.has(point(20_000))).toBe(true);
  });

  it.each<[string, string]>([
    ['no JSON', 'x'],
    ['cut off', '{"schemaVersion":1,"verifications":[{'],
    ['another version', '{"schemaVersion":2,"verifications":[]}'],
    [
      'a count that is none',
      `{"schemaVersion":1,"verifications":[{"repositoryId":"${repositoryA}","restorePointId":"${hex(1)}","atMs":1,"isIntact":true,"damageCount":-1,"checkedBytes":1}]}`,
    ],
    ['an id with a path in it', '{"schemaVersion":1,"verifications":[{"repositoryId":"../x"}]}'],
  ])('that is damaged is an error, and is not written over: %s', async (_name, text) => {
    writeFileSync(path, text);
    const file = verificationFile(path);
    await expect(file.read(repositoryA)).rejects.toMatchObject({ code: 'console.verifications-damaged' });
    await expect(file.record(repositoryA, point(1), intact)).rejects.toMatchObject({
      code: 'console.verifications-damaged',
    });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
