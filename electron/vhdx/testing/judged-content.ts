// Content of disks as independent programs see it: qemu-img for whole files, libvhdi (through FUSE) for chains.
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { requireJudges, runJudge, type SkippableContext } from '../../../testing/judges.ts';
import type { VirtualDisk } from '../disk.ts';
import { MiB } from '../format/limits.ts';

const chunkBytes = 4 * MiB;

/** SHA-256 of the whole virtual disk. What no file holds is not read: it is hashed from one buffer of zeros. */
export async function rawSha256(disk: VirtualDisk): Promise<string> {
  const hash = createHash('sha256');
  const zeros = Buffer.alloc(chunkBytes);
  const chunk = Buffer.alloc(chunkBytes);
  for await (const extent of disk.extents()) {
    for (let done = 0; done < extent.lengthBytes; done += chunkBytes) {
      const lengthBytes = Math.min(chunkBytes, extent.lengthBytes - done);
      const piece = chunk.subarray(0, lengthBytes);
      if (extent.kind === 'allocated') await disk.read(piece, extent.offset + done);
      hash.update(extent.kind === 'allocated' ? piece : zeros.subarray(0, lengthBytes));
    }
  }
  return hash.digest('hex');
}

export async function fileSha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Writes what our reader sees to a sparse raw file, for a judge to compare. */
export async function writeRaw(disk: VirtualDisk, path: string): Promise<void> {
  const handle = await open(path, 'w');
  await handle.truncate(disk.sizeBytes);
  const chunk = Buffer.alloc(chunkBytes);
  for await (const extent of disk.extents()) {
    if (extent.kind !== 'allocated') continue;
    for (let done = 0; done < extent.lengthBytes; done += chunkBytes) {
      const piece = chunk.subarray(0, Math.min(chunkBytes, extent.lengthBytes - done));
      await disk.read(piece, extent.offset + done);
      await handle.write(piece, 0, piece.length, extent.offset + done);
    }
  }
  await handle.close();
}

/** qemu-img finds our reader's content and its own of the same file identical. */
export async function expectQemuAgrees(disk: VirtualDisk, folder: string): Promise<void> {
  const raw = join(folder, 'ours.raw');
  await writeRaw(disk, raw);
  const run = await runJudge('qemu-img', ['compare', '-f', 'raw', '-F', 'vhdx', raw, disk.path]);
  expect(`${run.stdout}${run.stderr}`.trim()).toMatch(
    /^(Images are identical\.|Warning: Image size mismatch!\nImages are identical\.)$/,
  );
  expect(run.exitCode).toBe(0);
}

export interface Pattern {
  readonly offset: number;
  readonly lengthBytes: number;
  readonly value: number;
}

/** qemu-io finds each pattern in its place. For disks of gigabytes, which qemu-img compare would read in full. */
export async function expectQemuFinds(path: string, patterns: readonly Pattern[]): Promise<void> {
  const commands = patterns.flatMap((p) => ['-c', `read -P ${p.value} ${p.offset} ${p.lengthBytes}`]);
  const run = await runJudge('qemu-io', ['-r', '-f', 'vhdx', ...commands, path]);
  expect(run.stdout).not.toContain('Pattern verification failed');
  expect(run.stdout.match(/^read \d+\/\d+ bytes/gm)?.length).toBe(patterns.length);
}

export async function expectQemuCheckClean(path: string): Promise<void> {
  const run = await runJudge('qemu-img', ['check', '-f', 'vhdx', path]);
  expect(run.stdout + run.stderr).toContain('No errors were found');
  expect(run.exitCode).toBe(0);
}

/** Content of a chain as libvhdi reads it, through FUSE. It shows one file per member, the leaf last. */
export async function libvhdiSha256(path: string, folder: string): Promise<string> {
  const mountPoint = mkdtempSync(join(folder, 'libvhdi-'));
  const mounted = await runJudge('vhdimount', [path, mountPoint]);
  expect(`${mounted.exitCode} ${mounted.stderr}`).toBe('0 ');
  try {
    const leaf = readdirSync(mountPoint).sort().at(-1) ?? 'nothing mounted';
    return await fileSha256(join(mountPoint, leaf));
  } finally {
    execFileSync('umount', [mountPoint]);
  }
}

/** Skips where a plain user may not mount FUSE file systems. */
export function requireFuse(context: SkippableContext): void {
  requireJudges(context, 'vhdimount');
  if (!existsSync('/dev/fuse') || process.getuid?.() !== 0) context.skip('vhdimount needs /dev/fuse and root');
}
