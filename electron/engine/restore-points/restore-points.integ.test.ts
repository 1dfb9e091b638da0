// Restore points from commit to restore, beside stock restic on the same repository.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requireJudges, runJudge } from '../../../testing/judges.ts';
import { tempDir } from '../../../testing/temp-dir.ts';
import { localNewFiles } from '../../platform/local-new-files.ts';
import type { Repository } from '../../repository/index.ts';
import { newRepository, reopen } from '../../repository/testing/repository-fixture.ts';
import { restic } from '../../repository/testing/restic.ts';
import { findLatestOfVm, findRestorePoint, findRestorePointsOfRun, listRestorePoints } from './find-restore-points.ts';
import { hashDisk, hashDiskFile } from './hash-disk.ts';
import { openStoredDisk } from './stored-disk.ts';
import { restoreDisks } from './restore-disks.ts';
import { backUp, testVmId } from './testing/back-up.ts';
import { files, makeDisk, mib, noise, qemuHash } from './testing/disk-files.ts';
import { verifyRestorePoint } from './verify-restore-point.ts';

async function makeSmallDisk(folder: string, name: string, seed: number): Promise<string> {
  return makeDisk(join(folder, name), { sizeBytes: 16 * mib }, [
    { offset: 0, bytes: noise(3 * mib, seed) },
    { offset: 9 * mib, bytes: Buffer.from('text that compresses '.repeat(20_000)) },
  ]);
}

const hostileNames = [
  '../../etc',
  '..',
  'a/b\\c',
  'C:\\Windows',
  'line\nbreak\u001b[2J',
  'quote " and \\ and $(id) `id`',
  '日本語 🦊',
  'rtl\u202egpj',
  '-rf --include *',
  'CON',
  '[x]*?',
];

describe('VM names that somebody else chose', () => {
  it('stay true in vm.json, and harmless in folders, for restic too', async (context) => {
    requireJudges(context, 'restic');
    const folder = tempDir();
    const path = await makeDisk(join(folder, 'disk.vhdx'), { sizeBytes: 4 * mib }, []);
    const repository = await newRepository(join(folder, 'repository'));
    const configuration = [
      { name: '../x.vmcx', content: Buffer.from('one') },
      { name: '..\\x.vmcx', content: Buffer.from('two') },
    ];
    const ids: string[] = [];
    for (const [number, vmName] of hostileNames.entries())
      ids.push((await backUp(repository, [path], { vmName, number, configuration })).id);
    const listing = await listRestorePoints(repository);
    expect(listing.restorePoints.map((point) => point.document.vm.name)).toEqual(hostileNames);
    const target = join(folder, 'restored');
    for (const [i, id] of ids.entries()) {
      const place = join(target, String(i));
      await restic(join(folder, 'repository'), ['restore', id, '--target', place]);
      const [vmFolder, ...others] = readdirSync(place);
      expect(others).toEqual([]);
      expect(readdirSync(join(place, vmFolder!))).toEqual(['config', 'disks', 'vm.json']);
      expect(readdirSync(join(place, vmFolder!, 'config'))).toEqual(['_._x-2.vmcx', '_._x.vmcx']);
      const document: unknown = JSON.parse(readFileSync(join(place, vmFolder!, 'vm.json'), 'utf8'));
      expect(document).toMatchObject({ vm: { name: hostileNames[i] } });
    }
    // Nothing outside of the places that were given.
    expect(readdirSync(folder).sort()).toEqual(['disk.vhdx', 'repository', 'restored']);
    expect((await listRestorePoints(repository, { vm: 'c:\\windows' })).restorePoints).toHaveLength(1);
  });
});

describe('finding restore points', () => {
  it('tells VMs, runs, other programs and damage apart', async (context) => {
    requireJudges(context, 'restic');
    const folder = tempDir();
    const location = join(folder, 'repository');
    const path = await makeDisk(join(folder, 'disk.vhdx'), { sizeBytes: 4 * mib }, []);
    const repository = await newRepository(location);
    const otherId = '99999999-4f26-4ae4-b36e-bb0f57d5c1f1';
    const first = await backUp(repository, [path], { number: 1 });
    const twin = await backUp(repository, [path], { number: 2, vmId: otherId });
    const previous = await findLatestOfVm(repository, testVmId.toUpperCase());
    expect(previous).toBe(first.id);
    const second = await backUp(repository, [path], { number: 3, previous: previous! });
    await restic(location, ['backup', '--tag', 'mine', path]);
    await restic(location, ['tag', '--add', 'kept', second.id]);

    const listing = await listRestorePoints(repository);
    expect(listing.otherSnapshots).toBe(1);
    expect(listing.damaged).toEqual([]);
    expect(listing.restorePoints.map((point) => point.document.runId)).toEqual(
      [first, twin, second].map((made) => made.document.runId),
    );
    const [one, , three] = listing.restorePoints;
    expect(three!.parent).toBe(one!.id);
    expect(one).toMatchObject({ takenAtMs: first.document.checkpoint.createdAtMs, folder: '/SQL01' });
    expect(one!.document).toEqual(first.document);

    const ofTwin = await listRestorePoints(repository, { vm: otherId.toUpperCase() });
    expect(ofTwin.restorePoints.map((point) => point.id)).toEqual([twin.id]);
    expect((await listRestorePoints(repository, { vm: 'sql01' })).restorePoints).toHaveLength(3);
    const ofRun = await findRestorePointsOfRun(repository, twin.document.runId as never);
    expect(ofRun.restorePoints.map((point) => point.id)).toEqual([twin.id]);

    expect((await findRestorePoint(repository, first.id.slice(0, 10).toUpperCase())).id).toBe(first.id);
    const snapshots = await repository.listSnapshots();
    const foreign = snapshots.find((snapshot) => snapshot.tags.includes('mine'))!;
    await expect(findRestorePoint(repository, foreign.id)).rejects.toMatchObject({
      code: 'restore.not-a-restore-point',
    });
    await expect(findRestorePoint(repository, 'ffffffffffff')).rejects.toMatchObject({
      code: 'repository.snapshot-not-found',
    });
  });

  it('sees what another process added to a repository that is open already', async () => {
    const folder = tempDir();
    const path = await makeDisk(join(folder, 'disk.vhdx'), { sizeBytes: 4 * mib }, [
      { offset: 0, bytes: noise(512, 1) },
    ]);
    const open = await newRepository(join(folder, 'repository'));
    expect((await listRestorePoints(open)).restorePoints).toEqual([]);
    const { id } = await backUp(await reopen(join(folder, 'repository')), [path]);
    expect((await listRestorePoints(open)).restorePoints.map((point) => point.id)).toEqual([id]);
    const second = await backUp(await reopen(join(folder, 'repository')), [path], { number: 2 });
    expect((await verifyRestorePoint(open, second.id)).isIntact).toBe(true);
    const restored = await restoreDisks(open, localNewFiles(), second.id, { folder });
    expect(restored).toHaveLength(1);
  });

  it('lists a restore point whose description was tampered with as damaged, and the others as they are', async () => {
    const folder = tempDir();
    const path = await makeDisk(join(folder, 'disk.vhdx'), { sizeBytes: 4 * mib }, []);
    const repository = await newRepository(join(folder, 'repository'));
    const whole = await backUp(repository, [path], { number: 1 });
    const tags = ['stillpoint', `vm=${testVmId}`, `run=${whole.document.runId}`];
    const forgeries: readonly (readonly [string, string])[] = [
      ['{"schemaVersion":1', 'JSON'],
      ['{"schemaVersion":2}', 'schemaVersion'],
      [JSON.stringify({ ...whole.document, runId: 'r-20260101-000000-000000' }), 'run='],
    ];
    for (const [text, reason] of forgeries) {
      const writer = await repository.openWriter();
      const bytes = Buffer.from(text);
      const content = (await writer.putBytes(bytes)).map((chunk) => chunk.id);
      const node = { type: 'file', name: 'vm.json', mode: 0o600, modifiedAtMs: 0, sizeBytes: bytes.length } as const;
      const subtree = await writer.saveTree([{ ...node, content }]);
      const tree = await writer.saveTree([{ type: 'dir', name: 'SQL01', mode: 0o700, modifiedAtMs: 0, subtree }]);
      const id = await writer.commitSnapshot({ takenAtMs: 1, tree, paths: ['/SQL01'], tags });
      await writer.close();
      await expect(findRestorePoint(repository, id)).rejects.toMatchObject({
        code: 'restore.damaged-restore-point',
        params: { reason: expect.stringContaining(reason) as string },
      });
    }
    const listing = await listRestorePoints(repository, { vm: testVmId });
    expect(listing.restorePoints.map((point) => point.id)).toEqual([whole.id]);
    expect(listing.damaged).toHaveLength(forgeries.length);
  });
});

describe('verify and restore', () => {
  it('give back what was backed up', async (context) => {
    requireJudges(context, 'qemu-img');
    const folder = tempDir();
    const paths = [await makeSmallDisk(folder, 'a.vhdx', 1), await makeSmallDisk(folder, 'b.vhdx', 2)];
    const repository = await newRepository(join(folder, 'repository'));
    const { id } = await backUp(repository, paths);
    const reopened = await reopen(join(folder, 'repository'));
    const seen: number[] = [];
    const report = await verifyRestorePoint(reopened, id, { onProgress: ({ doneBytes }) => seen.push(doneBytes) });
    expect(report).toMatchObject({ isIntact: true, damageCount: 0, otherDamages: [] });
    expect(report.disks.map((disk) => disk.isIntact)).toEqual([true, true]);
    expect(seen.at(-1)).toBe(report.contentBytes);

    const restored = await restoreDisks(reopened, localNewFiles(), id.slice(0, 12), { folder: join(folder, 'out') });
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['scsi-0-0.vhdx', 'scsi-0-1.vhdx']);
    for (const [i, { file, disk, imageSizeBytes }] of restored.entries()) {
      expect(statSync(file).size).toBe(imageSizeBytes);
      expect((await runJudge('qemu-img', ['check', '-f', 'vhdx', file])).exitCode).toBe(0);
      const truth = await qemuHash(paths[i]!, folder);
      expect(await qemuHash(file, folder)).toBe(truth);
      expect(await hashDiskFile(files, file)).toBe(truth);
      // The same without restoring it.
      const stored = await openStoredDisk(reopened, await findRestorePoint(reopened, id), disk);
      expect(await hashDisk(stored)).toBe(truth);
    }
  });

  it('name the disk with a flipped byte, and do not restore it', async () => {
    const folder = tempDir();
    const location = join(folder, 'repository');
    const paths = [await makeSmallDisk(folder, 'a.vhdx', 1), await makeSmallDisk(folder, 'b.vhdx', 2)];
    const repository = await newRepository(location);
    const { id, document } = await backUp(repository, paths);
    // Noise of the second disk fills the second half of the data.
    flipByte(largestPack(location), 0.8);
    const report = await verifyRestorePoint(repository, id);
    expect(report.isIntact).toBe(false);
    expect(report.disks.map((disk) => disk.isIntact)).toEqual([true, false]);
    expect(report.disks[1]!.damages[0]).toMatchObject({ path: document.disks[1]!.pathInSnapshot, lengthBytes: mib });
    const out = join(folder, 'out');
    const options = { folder: out };
    await expect(restoreDisks(repository, localNewFiles(), id, options)).rejects.toMatchObject({
      code: 'repository.blob-damaged',
    });
    expect(readdirSync(out)).toEqual([]);
    // The other one is not held back by it.
    const [first] = await restoreDisks(repository, localNewFiles(), id, { folder: out, slots: ['scsi-0-0'] });
    expect(await hashDiskFile(files, first!.file)).toBe(await hashDiskFile(files, paths[0]!));
  });

  it('call stored bytes that make no disk by their name', async () => {
    const folder = tempDir();
    const path = await makeSmallDisk(folder, 'a.vhdx', 1);
    const repository = await newRepository(join(folder, 'repository'));
    const id = await commitForeignDisk(repository, path);
    const report = await verifyRestorePoint(repository, id);
    expect(report.isIntact).toBe(false);
    expect(report.disks[0]).toMatchObject({ damages: [], structureError: { code: 'restore.disk-unsound' } });
  });
});

/** A restore point with whole blobs, whose disk is no disk. */
async function commitForeignDisk(repository: Repository, path: string): Promise<string> {
  const { document, disks } = await backUp(repository, [path]);
  const writer = await repository.openWriter();
  const chunks = await writer.putBytes(noise(disks[0]!.imageSizeBytes, 99));
  const contentIds = Buffer.from(chunks.map((chunk) => chunk.id).join(''), 'hex');
  const { commitRestorePoint } = await import('./commit-restore-point.ts');
  const id = await commitRestorePoint({ writer, document, disks: [{ ...disks[0]!, contentIds }], configuration: [] });
  await writer.close();
  return id;
}

function largestPack(location: string): string {
  const folder = join(location, 'data');
  const packs = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return packs.reduce((a, b) => (statSync(a).size >= statSync(b).size ? a : b));
}

function flipByte(path: string, where: number): void {
  const bytes = readFileSync(path);
  const at = Math.floor(bytes.length * where);
  bytes[at] = (bytes[at] ?? 0) ^ 0x40;
  writeFileSync(path, bytes);
}
