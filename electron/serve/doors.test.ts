// Who is let in and what is remembered of it: token, sessions, serve.json; and the words of the start.
import fc from 'fast-check';
import { readFileSync, statSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAppError } from '../../shared/errors/app-error.ts';
import { tempDir } from '../../testing/temp-dir.ts';
import { OneTimeToken } from './one-time-token.ts';
import { parseServeArguments, serveHelp } from './serve-arguments.ts';
import { ServeMemoryFile } from './serve-memory.ts';
import { Sessions, mostSessions, sessionSeconds, type StoredSession } from './sessions.ts';

describe('the token', () => {
  it('is good once; a wrong one does not spend it', () => {
    const token = new OneTimeToken('right');
    expect(['wrong', '', 'right ', 'Right'].map((given) => token.spend(given))).toEqual([false, false, false, false]);
    expect([token.spend('right'), token.spend('right')]).toEqual([true, false]);
  });

  it('is no other text, of whatever length', () => {
    fc.assert(fc.property(fc.string(), (given) => given === 'right' || !new OneTimeToken('right').spend(given)));
  });
});

describe('sessions', () => {
  const setUp = (stored: readonly StoredSession[] = []) => {
    const time = { nowMs: 1_000_000_000 };
    let keys = 0;
    const changes: (readonly StoredSession[])[] = [];
    const sessions = new Sessions({
      port: 4242,
      stored,
      nowMs: () => time.nowMs,
      makeKey: () => `key-${String((keys += 1))}`,
      onChanged: async (now) => changes.push(now),
    });
    const issue = async (): Promise<string> => (await sessions.issue()).cookie.split(';')[0] ?? '';
    return { time, sessions, changes, issue };
  };

  it(`are at most ${mostSessions}: the oldest is dropped`, async () => {
    const { sessions, issue, changes } = setUp();
    const cookies = Array.from({ length: mostSessions + 3 }, () => '');
    for (const index of cookies.keys()) cookies[index] = await issue();
    expect(cookies.map((cookie) => sessions.find(cookie) !== undefined)).toEqual(cookies.map((_cookie, i) => i >= 3));
    expect(changes.at(-1)).toHaveLength(mostSessions);
  });

  it('that are over are no longer kept', async () => {
    const { time, issue, changes } = setUp();
    await issue();
    time.nowMs += sessionSeconds * 1000;
    await issue();
    expect(changes.at(-1)).toHaveLength(1);
  });

  it('end early rather than never when the clock was set back, or the file was written to', async () => {
    const before = setUp();
    const cookie = await before.issue();
    const stored = before.changes.at(-1)!;
    expect(setUp(stored).sessions.find(cookie)).toEqual(stored[0]);
    const early = setUp(stored);
    early.time.nowMs -= 1;
    expect(early.sessions.find(cookie)).toBeUndefined();
    const forever = stored.map((session) => ({ ...session, expiresAtMs: Number.MAX_SAFE_INTEGER }));
    expect(setUp(forever).sessions.find(cookie)).toBeUndefined();
  });

  it('are prolonged by use, and written down only where that is worth it', async () => {
    const { time, sessions, issue, changes } = setUp();
    const cookie = await issue();
    const { sha256, expiresAtMs } = changes.at(-1)![0]!;
    time.nowMs += 60_000;
    sessions.renew(sha256);
    sessions.renew('of nobody');
    expect(changes).toHaveLength(1);
    time.nowMs += 60 * 60_000;
    sessions.renew(sha256);
    expect(changes.at(-1)).toMatchObject([{ sha256, expiresAtMs: expiresAtMs + 61 * 60_000 }]);
    expect(sessions.find(cookie)).toEqual(changes.at(-1)![0]);
  });

  it('are never opened by what a caller makes up', async () => {
    const { sessions, issue } = setUp();
    const isGood = (header: string): boolean => sessions.find(header) !== undefined;
    await issue();
    const cookie = fc.oneof(
      fc.string(),
      fc.string().map((value) => `stillpoint-4242=${value}`),
    );
    fc.assert(fc.property(cookie, (header) => header.includes('key-1') || !isGood(header)));
    expect(isGood('stillpoint-4242=key-1')).toBe(true);
    expect(isGood(' x=y;stillpoint-4242 = key-1 ;z')).toBe(true);
    expect(isGood('xstillpoint-4242=key-1')).toBe(false);
    expect(isGood('Stillpoint-4242=key-1')).toBe(false);
  });
});

describe('serve.json', () => {
  const sha256 = 'a'.repeat(64);
  const key = 'k'.repeat(43);
  const memory = { schemaVersion: 1, port: 4242, sessions: [{ sha256, key, expiresAtMs: 5 }] } as const;

  it('is read back as it was written, and is readable by this user alone', async () => {
    const root = tempDir();
    const said: string[] = [];
    const file = new ServeMemoryFile(root, (line) => said.push(line));
    expect(await file.read()).toBeUndefined();
    void file.write({ ...memory, port: 1, sessions: [] });
    await file.write({ ...memory, sessions: [...memory.sessions] });
    expect(await file.read()).toEqual(memory);
    expect(said).toEqual([]);
    if (process.platform !== 'win32') expect(statSync(join(root, 'serve.json')).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['no JSON', '{"schemaVersion":1,'],
    ['empty', ''],
    ['another version', JSON.stringify({ ...memory, schemaVersion: 2 })],
    ['a port that is none', JSON.stringify({ ...memory, port: 70_000 })],
    ['a digest that is none', JSON.stringify({ ...memory, sessions: [{ sha256: 'x', key, expiresAtMs: 1 }] })],
    ['a key that is none', JSON.stringify({ ...memory, sessions: [{ sha256, key: '', expiresAtMs: 1 }] })],
    ['too many sessions', JSON.stringify({ ...memory, sessions: Array(21).fill(memory.sessions[0]) })],
    ['more than we write', JSON.stringify({ ...memory, admin: true })],
  ])('that is damaged (%s) is said, left out, and replaced', async (_name, text) => {
    const root = tempDir();
    writeFileSync(join(root, 'serve.json'), text);
    const said: string[] = [];
    const file = new ServeMemoryFile(root, (line) => said.push(line));
    expect(await file.read()).toBeUndefined();
    expect(said).toEqual([expect.stringMatching(/^Note: .*serve\.json is not what Stillpoint wrote there/)]);
    await file.write({ ...memory, sessions: [] });
    expect(JSON.parse(readFileSync(join(root, 'serve.json'), 'utf8'))).toEqual({ ...memory, sessions: [] });
  });

  it('that cannot be written is said once, and nothing fails', async () => {
    const root = tempDir();
    mkdirSync(join(root, 'serve.json', 'x'), { recursive: true });
    const said: string[] = [];
    const file = new ServeMemoryFile(root, (line) => said.push(line));
    await file.write({ ...memory, sessions: [] });
    await file.write({ ...memory, sessions: [] });
    expect(said).toEqual([expect.stringMatching(/^Note: .*cannot be written\. After the next start/)]);
  });
});

describe('the words of the start', () => {
  it.each<[readonly string[], Partial<ReturnType<typeof parseServeArguments>>]>([
    [[], { isHelp: false, labFaults: [] }],
    [['--dir', 'x', '--port', '0'], { dir: 'x', port: 0 }],
    [['--port=65535', '--scenario', 'messy-shop'], { port: 65_535, scenario: 'messy-shop' }],
    [['--lab-fault', 'a', '--lab-fault', 'b:SQL01'], { labFaults: ['a', 'b:SQL01'] }],
    [['-h'], { isHelp: true }],
  ])('%j', (argv, expected) => {
    expect(parseServeArguments(argv)).toMatchObject(expected);
  });

  it.each([
    [['--prot', '1'], /--prot/],
    [['--port', '65536'], /--port takes a number/],
    [['--port', '-1'], /--port/],
    [['--port', '80x'], /80x is none/],
    [['--port'], /--port/],
    [['--dir', ''], /--dir is empty/],
    [['folder'], /folder/],
  ])('%j is refused', (argv, reason) => {
    let caught: unknown;
    try {
      parseServeArguments(argv);
    } catch (error) {
      caught = error;
    }
    expect(isAppError(caught, 'serve.bad-usage') && caught.params.reason).toMatch(reason);
  });

  it('stand in the help, which fits a window of 120 columns', () => {
    for (const option of ['--dir', '--port', '--scenario', '--lab-fault', '--help'])
      expect(serveHelp.join('\n')).toContain(option);
    expect(Math.max(...serveHelp.map((line) => line.length))).toBeLessThanOrEqual(120);
  });
});
