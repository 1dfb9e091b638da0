// The fixtures of 10 GiB, each hashed in full. Beside fixtures.integ.test.ts, so that both cores work.
import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { requireFixture } from '../../../testing/fixtures.ts';
import { tempDir } from '../../../testing/temp-dir.ts';
import { GiB } from '../format/limits.ts';
import { localFiles } from '../local-files.ts';
import { openDisk } from '../open-disk.ts';
import { expandDisk, fixtureDisks } from '../testing/fixture-manifest.ts';
import { rawSha256 } from '../testing/judged-content.ts';

const large = fixtureDisks().filter((disk) => !disk.isDirty && disk.sizeBytes === 10 * GiB);

test('the fixtures are here', (context) => {
  requireFixture(context, 'vhdx/MANIFEST.tsv');
  expect(large.length).toBe(4);
});

for (const fixture of large)
  test(`reads ${fixture.file}`, { timeout: 120_000 }, async () => {
    const folder = tempDir('vhdx-fixture');
    const disk = await openDisk(expandDisk(fixture.file, folder), localFiles());
    expect(await rawSha256(disk)).toBe(fixture.rawSha256);
    await disk.close();
    rmSync(folder, { recursive: true });
  });
