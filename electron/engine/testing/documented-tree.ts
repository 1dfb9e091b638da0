// The tree of a standard run as docs/run-events.md shows it.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export function documentedTree(): string {
  const text = readFileSync(resolve(import.meta.dirname, '../../../docs/run-events.md'), 'utf8');
  const tree = /^```\n(run-queued\n[^`]*)\n```$/m.exec(text)?.[1];
  if (tree === undefined) throw new Error('docs/run-events.md shows no tree that begins with run-queued');
  return tree;
}
