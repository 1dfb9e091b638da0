// Every disk of the fixtures folder, written by Windows, Hyper-V, QEMU, disk2vhd and others: the clean ones read as
// their published content, the dirty ones are refused.
import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { requireFixture } from '../../../testing/fixtures.ts';
import { tempDir } from '../../../testing/temp-dir.ts';
import type { VirtualDisk } from '../disk.ts';
import { GiB, MiB, TiB } from '../format/limits.ts';
import { inspectDisk } from '../inspect-disk.ts';
import { localFiles } from '../local-files.ts';
import { openDisk } from '../open-disk.ts';
import { expandDisk, fixtureDisks } from '../testing/fixture-manifest.ts';
import { rawSha256 } from '../testing/judged-content.ts';
import { listExtents } from '../testing/test-disks.ts';

const files = localFiles();
const disks = fixtureDisks();

test('the fixtures are here', (context) => {
  requireFixture(context, 'vhdx/MANIFEST.tsv');
  expect(disks.filter((disk) => !disk.isDirty).length).toBeGreaterThanOrEqual(24);
  expect(disks.filter((disk) => disk.isDirty).length).toBeGreaterThanOrEqual(7);
});

// The disks of 10 GiB take long to hash and have a file of their own, which runs beside this one.
for (const fixture of disks.filter((disk) => !disk.isDirty && disk.sizeBytes !== 10 * GiB))
  test(`reads ${fixture.file}`, { timeout: 120_000 }, async () => {
    const folder = tempDir('vhdx-fixture');
    const path = expandDisk(fixture.file, folder);
    const facts = await inspectDisk(path, files);
    expect(facts).toMatchObject({ creator: fixture.creator, log: { isDirty: false } });
    const { sizeBytes, blockSizeBytes, logicalSectorSizeBytes } = fixture;
    expect(facts.structure).toMatchObject({ sizeBytes, blockSizeBytes, logicalSectorSizeBytes, type: fixture.type });
    const disk = await openDisk(path, files);
    await disk.assertUnchanged();
    if (fixture.sizeBytes > TiB) await expectRegions(disk, fixture.rawSha256);
    else expect(await rawSha256(disk)).toBe(fixture.rawSha256);
    await disk.close();
    rmSync(folder, { recursive: true });
  });

for (const fixture of disks.filter((disk) => disk.isDirty))
  test(`refuses ${fixture.file}: its log was not applied`, async () => {
    const folder = tempDir('vhdx-fixture');
    const path = expandDisk(fixture.file, folder);
    await expect(openDisk(path, files)).rejects.toMatchObject({ code: 'vhdx.dirty-log', params: { path } });
    const facts = await inspectDisk(path, files);
    expect(facts.log.isDirty).toBe(true);
    expect(facts.structure).toBeUndefined();
  });

/** Disks of terabytes are described by their regions: `bytes 0x51 at 0+512, 0x52 at 8796093021696+1024, else zero`. */
async function expectRegions(disk: VirtualDisk, description: string): Promise<void> {
  const regions = [...description.matchAll(/0x([0-9a-f]{2}) at (\d+)\+(\d+)/g)].map(([, value, offset, length]) => ({
    value: Number.parseInt(value ?? '', 16),
    offset: Number(offset),
    lengthBytes: Number(length),
  }));
  expect(regions.length).toBeGreaterThan(0);
  const allocated = (await listExtents(disk.extents())).filter((extent) => extent.kind === 'allocated');
  expect(allocated.reduce((sum, extent) => sum + extent.lengthBytes, 0)).toBeLessThan(2 * GiB);
  const [chunk, expected] = [Buffer.alloc(4 * MiB), Buffer.alloc(4 * MiB)];
  for (const extent of allocated) {
    for (let offset = extent.offset; offset < extent.offset + extent.lengthBytes; offset += chunk.length) {
      await disk.read(chunk, offset);
      expected.fill(0);
      for (const region of regions)
        expected.fill(region.value, clamp(region.offset - offset), clamp(region.offset + region.lengthBytes - offset));
      expect(chunk.equals(expected)).toBe(true);
    }
  }
  for (const region of regions)
    expect(
      allocated.some((extent) => extent.offset <= region.offset && region.offset < extent.offset + extent.lengthBytes),
    ).toBe(true);

  function clamp(position: number): number {
    return Math.max(0, Math.min(chunk.length, position));
  }
}
