// Byte patches over real files, with the outcome that MS-VHDX asks for (fixtures folder, vhdx/malformed). What is left
// to the reader ("policy", "same-or-refuse") is decided here, and stays so.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { isAppError } from '../../../shared/errors/app-error.ts';
import { findFixture, requireFixture } from '../../../testing/fixtures.ts';
import { tempDir } from '../../../testing/temp-dir.ts';
import { localFiles } from '../local-files.ts';
import { openDisk } from '../open-disk.ts';
import { expandDisk } from '../testing/fixture-manifest.ts';
import { readAll } from '../testing/test-disks.ts';

interface MalformedCase {
  readonly id: string;
  readonly base: string;
  readonly expect: 'refuse' | 'same' | 'zero-block1' | 'same-or-refuse' | 'policy';
  readonly why: string;
  readonly patches: readonly (readonly [number, string])[];
  readonly truncate?: number;
  readonly append?: string;
  readonly sha256: string;
  readonly parent?: string;
}

const files = localFiles();
const listPath = findFixture('vhdx/malformed/malformed.json');
const cases = listPath === undefined ? [] : (JSON.parse(readFileSync(listPath, 'utf8')) as readonly MalformedCase[]);

/** Where the format leaves the choice. A dirty log is refused as long as it is not replayed; replay turns these into
 * "same", or into a refusal as damaged. */
const decisions: Readonly<Record<string, ErrorCode | 'same' | 'zero-block1'>> = {
  'bat-undefined-with-offset': 'zero-block1',
  // Neither path is followed; the parent is found by its base name beside the child, and its DataWriteGuid is right.
  'diff-relative-traversal': 'same',
  'diff-unc-path': 'same',
  'log-last-entry-crc': 'vhdx.dirty-log',
  'log-desc-into-header': 'vhdx.dirty-log',
  'log-desc-unaligned': 'vhdx.dirty-log',
  'log-entry-len-huge': 'vhdx.dirty-log',
  'log-guid-mismatch': 'vhdx.dirty-log',
  'log-tail-outside': 'vhdx.dirty-log',
};

/** Refusals that say more than "damaged". */
const refusals: Readonly<Record<string, ErrorCode>> = {
  'file-signature': 'vhdx.not-vhdx',
  'meta-unknown-required': 'vhdx.unsupported',
  'trunc-100': 'vhdx.truncated',
  'diff-linkage-mismatch': 'vhdx.parent-mismatch',
  'diff-locator-type': 'vhdx.unsupported',
};

const folderOf = (base: string): string => (base === 'vhdx-log-replay.vhdx' ? 'real/discutils' : 'real/dfvfs');

test('the malformed cases are here', (context) => {
  requireFixture(context, 'vhdx/malformed/malformed.json');
  expect(cases.length).toBeGreaterThanOrEqual(53);
});

/** The patched file, proved to be the one that was meant. */
function build(one: MalformedCase, folder: string): string {
  let bytes = readFileSync(expandDisk(`${folderOf(one.base)}/${one.base}.gz`, folder));
  for (const [offset, hex] of one.patches) Buffer.from(hex, 'hex').copy(bytes, offset);
  if (one.truncate !== undefined) bytes = bytes.subarray(0, one.truncate);
  const zeros = one.append?.startsWith('zeros:') === true ? Number(one.append.slice(6)) : undefined;
  const tail = zeros === undefined ? Buffer.from(one.append ?? '', 'hex') : Buffer.alloc(zeros);
  bytes = Buffer.concat([bytes, tail]);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(one.sha256);
  // Beside its parent, and not under its base's name: a base must not be found by mistake.
  const path = join(folder, `${one.id}.vhdx`);
  writeFileSync(path, bytes);
  return path;
}

/** What an unpatched base holds. */
async function contentOf(base: string, folder: string): Promise<Buffer> {
  const disk = await openDisk(expandDisk(`${folderOf(base)}/${base}.gz`, folder), files);
  const bytes = await readAll(disk);
  await disk.close();
  return bytes;
}

for (const one of cases)
  test(`${one.id}: ${one.why}`, async () => {
    const folder = tempDir('vhdx-malformed');
    const path = build(one, folder);
    const outcome = one.expect === 'refuse' ? (refusals[one.id] ?? decisions[one.id] ?? 'vhdx.damaged') : decided(one);
    if (outcome.startsWith('vhdx.')) {
      const error: unknown = await openDisk(path, files).catch((caught: unknown) => caught);
      expect(isAppError(error) ? error.code : error).toBe(outcome);
      return;
    }
    const disk = await openDisk(path, files);
    const expected = await contentOf(one.base, folder);
    if (outcome === 'zero-block1') expected.fill(0, disk.blockSizeBytes, 2 * disk.blockSizeBytes);
    expect(Buffer.compare(await readAll(disk), expected)).toBe(0);
    await disk.close();
  });

function decided(one: MalformedCase): string {
  return one.expect === 'same' || one.expect === 'zero-block1' ? one.expect : (decisions[one.id] ?? 'undecided');
}
