// What is written down, what never is, and that it stays within its bounds.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog, describeError } from './log.ts';

let root = '';
let folder = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stillpoint-log-'));
  folder = join(root, 'logs');
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});
const read = (name = 'stillpoint.log'): string => readFileSync(join(folder, name), 'utf8');

describe('the log', () => {
  it('writes a line with its time and kind at once, readable by this account alone', () => {
    const log = createLog({ folder, nowMs: () => 0 });
    log.line('start', 'Stillpoint 0.1.0');
    expect(read()).toBe('1970-01-01T00:00:00.000Z start Stillpoint 0.1.0\n');
    expect(statSync(log.file).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['STILLPOINT_PASSWORD=hunter2-secret'],
    ['password: hunter2-secret'],
    ['{"password":"hunter2-secret","location":"x"}'],
    ["{ password: 'hunter2-secret' }"],
    ['Passphrase = "hunter2-secret"'],
    ['http://127.0.0.1:1/?token=hunter2-secret&x=1'],
    ['http://127.0.0.1:1/#token=hunter2-secret'],
    ['Authorization: Bearer hunter2-secret'],
    ['bearer hunter2-secret'],
    ['Set-Cookie: hunter2-secret; HttpOnly'],
    ['rest:https://user:hunter2-secret@backup.example/repository'],
  ])('hides what %s gives away', (text) => {
    createLog({ folder }).line('error', text);
    expect(read()).not.toContain('hunter2-secret');
    expect(read()).toContain('(hidden)');
  });

  it('hides what it was told to hide, wherever it turns up', () => {
    const log = createLog({ folder });
    log.conceal('pa$$w.rd');
    log.conceal('');
    log.line('error', 'cannot open with pa$$w.rd, really pa$$w.rd');
    expect(read()).toContain('cannot open with (hidden), really (hidden)\n');
  });

  it('hides a secret that the length of an entry would cut in two', () => {
    const log = createLog({ folder });
    log.conceal('hunter2-secret');
    log.line('error', `${'x'.repeat(16 * 1024 - 7)}hunter2-secret`);
    expect(read()).not.toContain('hunter2');
  });

  it('lets no text begin an entry of its own, nor command a terminal', () => {
    createLog({ folder, nowMs: () => 0 }).line('note', 'a\n1970-01-01T00:00:00.000Z stop forged\r\u001b[2J\u0007b');
    expect(read().split('\n')).toEqual([
      '1970-01-01T00:00:00.000Z note a',
      '    1970-01-01T00:00:00.000Z stop forged  [2J b',
      '',
    ]);
  });

  it('cuts an entry without end', () => {
    createLog({ folder }).line('note', 'x'.repeat(1_000_000));
    expect(read().length).toBeLessThan(17 * 1024);
  });

  it('keeps one old file, and neither grows beyond its bound', () => {
    const log = createLog({ folder, maxSizeBytes: 1000 });
    for (let n = 0; n < 200; n += 1) log.line('note', `number ${n}`);
    expect(readdirSync(folder).sort()).toEqual(['stillpoint.log', 'stillpoint.old.log']);
    expect([read().length, read('stillpoint.old.log').length].every((size) => size > 0 && size <= 1000)).toBe(true);
    const numbers = [...`${read('stillpoint.old.log')}${read()}`.matchAll(/number (\d+)/g)].map(([, n]) => Number(n));
    expect(numbers.at(-1)).toBe(199);
    expect(numbers).toEqual(numbers.map((_, index) => 200 - numbers.length + index));
  });

  it('goes on without a place to write', () => {
    writeFileSync(folder, 'a file where the folder should be');
    expect(() => createLog({ folder }).line('note', 'x')).not.toThrow();
  });
});

describe('a thrown value', () => {
  it('is described with its causes, also when they go round in a circle', () => {
    const inner = new Error('inner');
    const outer = new Error('outer', { cause: inner });
    expect(describeError(outer)).toMatch(/outer[^]*caused by Error: inner/);
    inner.cause = outer;
    expect(describeError(outer).match(/caused by/g)?.length).toBeLessThan(20);
  });

  it.each([
    ['text', 'text'],
    [{ code: 5 }, '{"code":5}'],
    [undefined, 'undefined'],
  ])('%j is described as %s', (value, text) => {
    expect(describeError(value)).toBe(text);
  });
});
