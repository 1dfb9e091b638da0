// Disk files for tests of the way into the repository and back: real .vhdx files with known content.
import { open } from 'node:fs/promises';
import { createCipheriv, createHash } from 'node:crypto';
import { basename } from 'node:path';
import { runJudge } from '../../../../testing/judges.ts';
import {
  createDifferencingDisk,
  createDynamicDisk,
  localFiles,
  openDisk,
  openWritableDisk,
  type DiskGeometry,
} from '../../../vhdx/index.ts';

export const mib = 1024 ** 2;
export const files = localFiles();

export interface Patch {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Bytes that do not compress and repeat nowhere; the same for the same seed. */
export function noise(lengthBytes: number, seed: number): Buffer {
  const key = createHash('sha256').update(`noise ${seed}`).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(lengthBytes));
}

const geometryDefaults = {
  blockSizeBytes: 2 * mib,
  logicalSectorSizeBytes: 512,
  physicalSectorSizeBytes: 4096,
} as const;

export async function makeDisk(
  path: string,
  geometry: Partial<DiskGeometry> & { readonly sizeBytes: number },
  patches: readonly Patch[] = [],
): Promise<string> {
  const store = await files.create(path);
  await createDynamicDisk(store, { ...geometryDefaults, ...geometry });
  await store.close();
  await patchDisk(path, patches);
  return path;
}

/** A differencing disk on `parentPath`, in the same folder. */
export async function makeChild(path: string, parentPath: string, patches: readonly Patch[]): Promise<string> {
  const parent = await openDisk(parentPath, files);
  const store = await files.create(path);
  await createDifferencingDisk(store, { parent, paths: { relativePath: `.\\${basename(parentPath)}` } });
  await store.close();
  await parent.close();
  await patchDisk(path, patches);
  return path;
}

export async function patchDisk(path: string, patches: readonly Patch[]): Promise<void> {
  if (patches.length === 0) return;
  const disk = await openWritableDisk(path, files);
  for (const { offset, bytes } of patches) await disk.write(bytes, offset);
  await disk.flush();
  await disk.close();
}

/** SHA-256 of what the guest sees, according to qemu. */
export async function qemuHash(path: string, folder: string): Promise<string> {
  const raw = `${folder}/${basename(path)}.raw`;
  const run = await runJudge('qemu-img', ['convert', '-f', 'vhdx', '-O', 'raw', path, raw]);
  if (run.exitCode !== 0) throw new Error(`qemu-img convert: ${run.stderr}`);
  return fileHash(raw);
}

export async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  const handle = await open(path);
  for await (const chunk of handle.createReadStream()) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
