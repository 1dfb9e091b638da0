// SECURITY.md promises tests by name: here is whether they exist, and whether its tables are still true.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const project = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(project, path), 'utf8');
const page = read('SECURITY.md');

/** The cells of the first table below a heading, without its two head lines. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const section = page.slice(page.indexOf(`\n${heading}\n`));
  const table = /(?:^\|.*\|$\n?)+/m.exec(section)?.[0] ?? '';
  return table
    .trim()
    .split('\n')
    .slice(2)
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));
}

const checklist = rowsBelow("## Electron's checklist");

describe('the checklist in SECURITY.md', () => {
  it('has the 20 points of Electron, in order', () => {
    expect(checklist.map(([number]) => Number(number))).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it.each(checklist)('point %s, %s: %s', (_number, rule, ours, heldBy) => {
    const [, file = '', title = ''] = /^`([^`]+)`: "([^"]+)"$/.exec(heldBy) ?? [];
    expect([rule, ours].map((cell) => cell.trim().length).every((length) => length > 0)).toBe(true);
    expect(existsSync(join(project, file)), `${file} exists`).toBe(true);
    // As the first argument of `it` or behind `it.each`, not just anywhere in the file.
    const quoted = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    expect(read(file)).toMatch(new RegExp(`(?:\\bit|\\))\\(\\s*['"\`]${quoted}['"\`]`));
  });

  it('names every point that the code says it hardens', () => {
    const sources = ['security', 'window', 'app-protocol', 'bind-contract', 'start-app', 'external-links'];
    const text = [
      ...sources.map((name) => read(`electron/main/${name}.ts`)),
      read('electron/preload/expose-console.ts'),
    ];
    const points = new Set(
      text
        .flatMap((source) => [...source.matchAll(/SECURITY: points? ([\d, and]+)/g)])
        .flatMap(([, numbers = '']) => [...numbers.matchAll(/\d+/g)].map(([number]) => Number(number))),
    );
    expect([...points].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 17, 18, 20]);
  });

  it('names the Electron that is installed', () => {
    const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
    const version = devDependencies['electron'] ?? '';
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(checklist[15]?.[2]).toContain(`${version}, pinned`);
    expect((JSON.parse(read('node_modules/electron/package.json')) as { version: string }).version).toBe(version);
  });
});

it('the fuses in SECURITY.md are those of the build', () => {
  const built = [...read('build/fuses.ts').matchAll(/\[FuseV1Options\.(\w+)\]: (true|false)/g)];
  expect(built.length).toBeGreaterThan(0);
  expect(rowsBelow('### Fuses').map(([name, value]) => `${name} ${value}`)).toEqual(
    built.map(([, name, value]) => `${name ?? ''} ${value === 'true' ? 'on' : 'off'}`),
  );
});
