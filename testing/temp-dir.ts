// A folder of its own for each test, removed when the test is over.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export function tempDir(label = 'stillpoint'): string {
  const path = mkdtempSync(join(tmpdir(), `${label}-`));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
