// The list of disks that nobody of us wrote (fixtures folder, vhdx/MANIFEST.tsv), and how to get one onto the disk.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expandFixture, findFixture } from '../../../testing/fixtures.ts';

export interface FixtureDisk {
  /** Below the folder vhdx/, still packed. */
  readonly file: string;
  readonly type: string;
  readonly sizeBytes: number;
  readonly blockSizeBytes: number;
  readonly logicalSectorSizeBytes: number;
  readonly creator: string;
  /** Blocks by state, as JSON in the manifest. */
  readonly blocksByState: Readonly<Record<string, number>>;
  readonly isDirty: boolean;
  readonly rawSha256: string;
}

/** Empty where there is no fixtures folder. */
export function fixtureDisks(): readonly FixtureDisk[] {
  const path = findFixture('vhdx/MANIFEST.tsv');
  if (path === undefined) return [];
  const [header = '', ...rows] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const names = header.split('\t');
  return rows.map((row) => {
    const cells = new Map(row.split('\t').map((cell, index) => [names[index], cell]));
    const cell = (name: string): string => cells.get(name) ?? '';
    return {
      file: cell('file'),
      type: cell('type'),
      sizeBytes: Number(cell('virtual_size')),
      blockSizeBytes: Number(cell('block_size')),
      logicalSectorSizeBytes: Number(cell('logical')),
      creator: cell('creator_field'),
      blocksByState: JSON.parse(cell('payload_bat_states')) as Record<string, number>,
      isDirty: cell('log_state').startsWith('DIRTY'),
      rawSha256: cell('raw_sha256'),
    };
  });
}

/** Unpacks a fixture and, beside it, the parents it needs. Returns its path. */
export function expandDisk(file: string, folder: string): string {
  for (const parent of parentsOf(basename(file))) expandFixture(fixturePath(file, parent), folder);
  return expandFixture(fixturePath(file, basename(file)), folder);
}

function parentsOf(name: string): readonly string[] {
  if (name.includes('-differential')) return [name.replace('-differential', '-parent')];
  return name === 'f512-child1.avhdx.gz' ? ['f512-base.vhdx.gz'] : [];
}

function fixturePath(file: string, name: string): string {
  const path = findFixture(join('vhdx', file, '..', name));
  if (path === undefined) throw new Error(`fixture ${name} is listed and not there`);
  return path;
}
