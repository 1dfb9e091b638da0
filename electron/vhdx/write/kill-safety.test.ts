// The process is ended before every single page that it would change; what it leaves must open, and hold what was
// written. The page cache survives (kill -9), so the order of writes is all that counts.
import { expect, test } from 'vitest';
import { openDisk } from '../open-disk.ts';
import { KiB, MiB } from '../format/limits.ts';
import { memoryFiles, ProcessDied, type Lifetime, type MemoryContent } from '../testing/memory-files.ts';
import { makeChild, makeDynamic, readAll } from '../testing/test-disks.ts';
import { openWritableDisk } from './open-writable-disk.ts';

const base = 'C:\\vm\\base.vhdx';
const leaf = 'C:\\vm\\leaf.avhdx';

interface Write {
  readonly offset: number;
  readonly lengthBytes: number;
}

const writes: readonly Write[] = [
  { offset: 5 * 512, lengthBytes: 3 * 512 },
  { offset: 100, lengthBytes: 7000 },
  { offset: MiB - 512, lengthBytes: 1024 },
  { offset: 20 * KiB + 7, lengthBytes: 10 },
  { offset: 3 * MiB, lengthBytes: 2 * KiB },
  { offset: 3 * MiB + 2 * KiB, lengthBytes: 30 * KiB },
  { offset: 0, lengthBytes: 32 * KiB },
];

async function prepare(hasParent: boolean): Promise<ReadonlyMap<string, MemoryContent>> {
  const files = memoryFiles();
  await makeDynamic(files, hasParent ? base : leaf);
  if (!hasParent) return files.contents;
  const disk = await openWritableDisk(base, files);
  await disk.write(Buffer.alloc(2 * MiB, 0xba), 0);
  await makeChild(files, leaf, base, disk, { blockSizeBytes: MiB });
  await disk.close();
  return files.contents;
}

function revive(contents: ReadonlyMap<string, MemoryContent>, lifetime?: Lifetime) {
  const files = memoryFiles(lifetime);
  for (const [path, content] of contents) files.contents.set(path, content.copy());
  return files;
}

/** Writes until the process dies; returns how many writes came back. */
async function writeUntilDeath(files: ReturnType<typeof memoryFiles>): Promise<number> {
  const disk = await openWritableDisk(leaf, files);
  for (const [index, write] of writes.entries()) {
    try {
      await disk.write(Buffer.alloc(write.lengthBytes, index + 1), write.offset);
    } catch (error) {
      expect(error).toBeInstanceOf(ProcessDied);
      return index;
    }
  }
  return writes.length;
}

test.each([
  { name: 'a dynamic disk', hasParent: false },
  { name: 'a differencing disk', hasParent: true },
])('$name survives death before any page it changes', async ({ hasParent }) => {
  const start = await prepare(hasParent);
  let deaths = 0;
  for (let pagesLeft = 0; ; pagesLeft += 1) {
    const dying = revive(start, { pagesLeft });
    const done = await writeUntilDeath(dying);
    if (done === writes.length) break;
    deaths += 1;
    const survivor = revive(dying.contents);
    const model = Buffer.alloc(4 * MiB);
    if (hasParent) model.fill(0xba, 0, 2 * MiB);
    writes
      .slice(0, done)
      .forEach((write, index) => model.fill(index + 1, write.offset, write.offset + write.lengthBytes));
    await expectOldOrNew(survivor, model, done);
  }
  // One death before each page of payload, bits, entries and headers: fewer would mean that nothing was swept.
  expect(deaths).toBeGreaterThanOrEqual(25);
});

async function expectOldOrNew(
  survivor: ReturnType<typeof memoryFiles>,
  model: Buffer,
  inFlight: number,
): Promise<void> {
  const disk = await openDisk(leaf, survivor);
  const found = await readAll(disk);
  await disk.close();
  const { offset, lengthBytes } = writes[inFlight] ?? { offset: 0, lengthBytes: 0 };
  for (let at = offset; at < offset + lengthBytes; at += 1) {
    const isOldOrNew = found[at] === model[at] || found[at] === inFlight + 1;
    if (!isOldOrNew) expect.fail(`byte ${at} is ${found[at]} after a death in write ${inFlight}`);
  }
  found.copy(model, offset, offset, offset + lengthBytes);
  expect(Buffer.compare(found, model)).toBe(0);
  // The life after: the same write again, and everything else still there.
  const again = await openWritableDisk(leaf, survivor);
  const data = Buffer.alloc(lengthBytes, 0x77);
  await again.write(data, offset);
  data.copy(model, offset);
  expect(Buffer.compare(await readAll(again), model)).toBe(0);
  await again.close();
  const last = await openDisk(leaf, survivor);
  expect(Buffer.compare(await readAll(last), model)).toBe(0);
}

test('bits left by a death do not show sectors that were never written', async () => {
  const start = await prepare(true);
  for (let pagesLeft = 0; ; pagesLeft += 1) {
    const dying = revive(start, { pagesLeft });
    const disk = await openWritableDisk(leaf, dying);
    const first = await disk.write(Buffer.alloc(8 * KiB, 1), 0).then(
      () => true,
      () => false,
    );
    if (first) break;
    const survivor = revive(dying.contents);
    const again = await openWritableDisk(leaf, survivor);
    // Another sector of the same block: the first ones must still come from the parent.
    await again.write(Buffer.alloc(512, 2), 64 * KiB);
    const content = await readAll(again);
    expect(content.subarray(0, 64 * KiB).every((byte) => byte === 0xba)).toBe(true);
  }
});

test('a merge that announces its new parent content never breaks the chain', async () => {
  const start = await prepare(true);
  const next = '99999999-0000-4000-8000-000000000009';
  const merge = async (files: ReturnType<typeof memoryFiles>): Promise<boolean> => {
    try {
      const child = await openWritableDisk(leaf, files);
      await child.write(Buffer.alloc(512, 5), 512);
      await child.setParentLinkage2(next);
      const parent = await openWritableDisk(base, files);
      await parent.renewDataWriteGuid(next);
      for await (const { offset, lengthBytes } of child.ownRanges()) {
        const data = Buffer.alloc(lengthBytes);
        await child.read(data, offset);
        await parent.write(data, offset);
      }
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(ProcessDied);
      return false;
    }
  };
  let isDone = false;
  for (let pagesLeft = 0; !isDone; pagesLeft += 1) {
    const files = revive(start, { pagesLeft });
    isDone = await merge(files);
    const chain = await openDisk(leaf, revive(files.contents));
    const content = await readAll(chain);
    expect(content[0]).toBe(0xba);
    expect([0xba, 5]).toContain(content[600]);
    expect(chain.members.length).toBe(2);
  }
});
