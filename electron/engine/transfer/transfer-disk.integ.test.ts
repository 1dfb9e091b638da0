// Disks into a repository, and out again by stock restic: qemu says what the guest would see before and after.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requireJudges, runJudge } from '../../../testing/judges.ts';
import { tempDir } from '../../../testing/temp-dir.ts';
import { newRepository } from '../../repository/testing/repository-fixture.ts';
import { restic } from '../../repository/testing/restic.ts';
import type { DiskGeometry } from '../../vhdx/index.ts';
import { hashDiskFile } from '../restore-points/hash-disk.ts';
import { backUp } from '../restore-points/testing/back-up.ts';
import {
  files,
  makeChild,
  makeDisk,
  mib,
  noise,
  patchDisk,
  qemuHash,
  type Patch,
} from '../restore-points/testing/disk-files.ts';

const zeros = Buffer.alloc(2 * mib);

interface Case {
  readonly name: string;
  readonly geometry: Partial<DiskGeometry> & { readonly sizeBytes: number };
  readonly patches: readonly Patch[];
  /** Blocks of the image. */
  readonly blocks: number;
}

const cases: readonly Case[] = [
  {
    name: 'scattered data, small blocks',
    geometry: { sizeBytes: 40 * mib, blockSizeBytes: mib },
    patches: [
      { offset: 0, bytes: noise(5000, 1) },
      { offset: 7 * mib - 300, bytes: noise(3 * mib, 2) },
      { offset: 39 * mib, bytes: noise(mib, 3) },
    ],
    blocks: 6,
  },
  {
    name: 'large blocks with a few chunks in each',
    geometry: { sizeBytes: 200 * mib, blockSizeBytes: 32 * mib },
    patches: [
      { offset: 3 * mib, bytes: noise(600, 4) },
      { offset: 130 * mib + 7, bytes: noise(2 * mib, 5) },
    ],
    blocks: 2,
  },
  {
    name: 'a size of an odd number of sectors, data in the last one',
    geometry: { sizeBytes: 9 * mib + 512 },
    patches: [{ offset: 9 * mib, bytes: noise(512, 6) }],
    blocks: 1,
  },
  {
    name: '4096-byte sectors',
    geometry: { sizeBytes: 20 * mib, logicalSectorSizeBytes: 4096 },
    patches: [{ offset: 5 * mib + 4096, bytes: noise(100_000, 7) }],
    blocks: 1,
  },
  {
    name: 'blocks that are allocated and hold zeros only',
    geometry: { sizeBytes: 20 * mib },
    patches: [
      { offset: 2 * mib, bytes: zeros },
      { offset: 6 * mib, bytes: noise(1000, 8) },
      { offset: 10 * mib, bytes: zeros },
    ],
    blocks: 1,
  },
  { name: 'nothing ever written', geometry: { sizeBytes: 64 * mib }, patches: [], blocks: 0 },
];

describe('a disk that went through the repository and restic', () => {
  it('is the same to qemu: disks of many shapes in one VM', async (context) => {
    requireJudges(context, 'qemu-img', 'restic');
    const folder = tempDir();
    const paths: string[] = [];
    for (const [i, { geometry, patches }] of cases.entries())
      paths.push(await makeDisk(join(folder, `disk-${i}.vhdx`), geometry, patches));
    const repository = await newRepository(join(folder, 'repository'));
    const { id, document, disks } = await backUp(repository, paths);
    const target = join(folder, 'restored');
    await restic(join(folder, 'repository'), ['restore', id, '--target', target]);
    for (const [i, { name, geometry, patches, blocks }] of cases.entries()) {
      const copied = disks[i]!;
      expect(copied.imageSizeBytes, name).toBe(4 * mib + blocks * copied.blockSizeBytes);
      expect(copied.readBytes, name).toBe(copied.totalBytes);
      const restored = join(target, document.disks[i]!.pathInSnapshot);
      const expected = contentHash(geometry.sizeBytes, patches);
      expect(await hashDiskFile(files, restored), name).toBe(expected);
      // qemu 7.2 opens disks of 512-byte sectors only.
      if (geometry.logicalSectorSizeBytes === 4096) continue;
      const check = await runJudge('qemu-img', ['check', '-f', 'vhdx', restored]);
      expect(check.exitCode, `${name}: ${check.stdout}`).toBe(0);
      expect(await qemuHash(restored, target), name).toBe(expected);
    }
  });

  it('reads a chain as its leaf shows it', async (context) => {
    requireJudges(context, 'qemu-img', 'restic');
    const folder = tempDir();
    const sizeBytes = 32 * mib;
    const layers: readonly (readonly Patch[])[] = [
      [
        { offset: mib, bytes: noise(4 * mib, 10) },
        { offset: 20 * mib, bytes: noise(512, 11) },
      ],
      [
        { offset: 2 * mib + 512, bytes: noise(1024, 12) },
        { offset: 9 * mib, bytes: noise(mib, 13) },
      ],
      [
        { offset: 2 * mib + 1024, bytes: noise(512, 14) },
        { offset: 20 * mib, bytes: Buffer.alloc(512) },
      ],
    ];
    const base = await makeDisk(join(folder, 'base.vhdx'), { sizeBytes, blockSizeBytes: 8 * mib }, layers[0]);
    const middle = await makeChild(join(folder, 'middle.avhdx'), base, layers[1]!);
    const leaf = await makeChild(join(folder, 'leaf.avhdx'), middle, layers[2]!);
    const repository = await newRepository(join(folder, 'repository'));
    const { id, document } = await backUp(repository, [leaf]);
    expect(document.disks[0]!.chain).toEqual([leaf, middle, base]);
    const target = join(folder, 'restored');
    await restic(join(folder, 'repository'), ['restore', id, '--target', target]);
    const restored = join(target, document.disks[0]!.pathInSnapshot);
    expect(await qemuHash(restored, target)).toBe(contentHash(sizeBytes, layers.flat()));
  });

  it('reads what qemu made', async (context) => {
    requireJudges(context, 'qemu-img', 'qemu-io', 'restic');
    const folder = tempDir();
    const path = join(folder, 'qemu.vhdx');
    const create = await runJudge('qemu-img', ['create', '-f', 'vhdx', '-o', 'block_size=1M', path, '30M']);
    expect(create.exitCode).toBe(0);
    const write = await runJudge('qemu-io', [
      '-f',
      'vhdx',
      '-c',
      'write -P 0xab 3M 2M',
      '-c',
      'write -P 7 29M 1M',
      path,
    ]);
    expect(write.exitCode).toBe(0);
    const repository = await newRepository(join(folder, 'repository'));
    const { id, document } = await backUp(repository, [path]);
    const target = join(folder, 'restored');
    await restic(join(folder, 'repository'), ['restore', id, '--target', target]);
    const restored = join(target, document.disks[0]!.pathInSnapshot);
    expect(await qemuHash(restored, target)).toBe(await qemuHash(path, folder));
  });

  it('takes chunks of more than 1 MiB and blocks no smaller', async (context) => {
    requireJudges(context, 'qemu-io', 'restic');
    const folder = tempDir();
    const sizeBytes = 1024 ** 4 + mib;
    const path = await makeDisk(join(folder, 'disk.vhdx'), { sizeBytes, blockSizeBytes: mib }, [
      { offset: 5 * mib, bytes: Buffer.alloc(1024, 0x5a) },
      { offset: sizeBytes - 512, bytes: Buffer.alloc(512, 0xc3) },
    ]);
    const repository = await newRepository(join(folder, 'repository'));
    const { id, document, disks } = await backUp(repository, [path], { chunkSizeBytes: 8 * mib });
    expect(disks[0]).toMatchObject({ chunkSizeBytes: 2 * mib, blockSizeBytes: 2 * mib });
    const target = join(folder, 'restored');
    await restic(join(folder, 'repository'), ['restore', id, '--target', target]);
    const restored = join(target, document.disks[0]!.pathInSnapshot);
    const reads = ['5M 1024', `${sizeBytes - 512} 512`, `${sizeBytes - mib} ${mib - 512}`, '5120k 1M'];
    const patterns = ['0x5a', '0xc3', '0', '0'];
    const commands = reads.flatMap((range, i) => ['-c', `read -P ${patterns[i]!} ${range}`]);
    const run = await runJudge('qemu-io', ['-f', 'vhdx', '-r', ...commands, restored]);
    // The last pattern is wrong on purpose: the judge does look.
    expect(run.stdout.match(/Pattern verification failed/g)).toHaveLength(1);
    expect(run.stdout.match(/^read /gm)).toHaveLength(4);
  });
});

describe('what is stored of a disk that was stored before', () => {
  it('is nothing new when nothing changed, and a chunk when a page did', async (context) => {
    requireJudges(context, 'restic');
    const folder = tempDir();
    const path = await makeDisk(join(folder, 'disk.vhdx'), { sizeBytes: 64 * mib }, [
      { offset: 0, bytes: noise(20 * mib, 30) },
    ]);
    const repository = await newRepository(join(folder, 'repository'));
    const first = await backUp(repository, [path], { number: 1 });
    expect(first.disks[0]!.storedBytes).toBeGreaterThan(20 * mib);

    const second = await backUp(repository, [path], { number: 2, previous: first.id });
    expect(second.disks[0]).toMatchObject({ storedBytes: 0, skippedBytes: 20 * mib });
    expect(Buffer.compare(second.disks[0]!.contentIds, first.disks[0]!.contentIds)).toBe(0);
    // vm.json, and the folders above it.
    expect(second.newBlobs).toBeLessThanOrEqual(4);

    await patchDisk(path, [{ offset: 5 * mib + 4096, bytes: noise(4096, 31) }]);
    const third = await backUp(repository, [path], { number: 3, previous: second.id });
    // The chunk with the page; and, as the content has a new version, the chunk of the head that names it.
    expect(third.disks[0]!.storedBytes).toBeGreaterThan(mib);
    expect(third.disks[0]!.storedBytes).toBeLessThan(mib + 8192);
    await restic(join(folder, 'repository'), ['check', '--read-data']);
  });
});

/** Of what was written, put together here: not of what any reader says. */
function contentHash(sizeBytes: number, patches: readonly Patch[]): string {
  const content = Buffer.alloc(sizeBytes);
  for (const { offset, bytes } of patches) content.set(bytes, offset);
  return createHash('sha256').update(content).digest('hex');
}
