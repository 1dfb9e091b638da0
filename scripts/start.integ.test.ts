// `npm start` as a newcomer's machine runs it, on the Node of this machine: serving, and with a browser that is a script.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempDir } from '../testing/temp-dir.ts';

const script = join(import.meta.dirname, 'start.mjs');
const small = ['--scenario', 'standalone-host'];

function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...rest } = process.env;
  const inherited = Object.entries(rest).filter(([name]) => !name.startsWith('STILLPOINT_'));
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...Object.fromEntries(inherited), CI: 'true', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: string[] = [];
  const said: string[] = [];
  const served = Promise.withResolvers<string>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    out.push(line);
    if (line.startsWith('Stillpoint is at ')) served.resolve(line.slice('Stillpoint is at '.length));
  });
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
  const done = once(child, 'close').then(([code]) => {
    served.reject(new Error(said.join('\n')));
    return code as number | null;
  });
  served.promise.catch(() => undefined);
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await done;
  });
  return { out, said, served: served.promise, done, signal: (name: NodeJS.Signals) => child.kill(name) };
}

/** A browser that writes down how it was called, does `work`, and ends. */
function fakeBrowser(work: string) {
  const folder = tempDir();
  const path = join(folder, 'browser');
  const record = join(folder, 'arguments.json');
  const body = `const args = process.argv.slice(2); require('fs').writeFileSync(${JSON.stringify(record)}, JSON.stringify(args));`;
  writeFileSync(path, `#!${process.execPath}\n${body}\n${work}\n`);
  chmodSync(path, 0o755);
  return {
    path,
    isStarted: () => existsSync(record),
    arguments: () => JSON.parse(readFileSync(record, 'utf8')) as string[],
  };
}

/** As a page does: lets itself in, opens the socket, and is closed. */
const visit = `
(async () => {
  const url = new URL(args[0].slice('--app='.length));
  const entered = await fetch(url, { redirect: 'manual' });
  const headers = { cookie: entered.headers.get('set-cookie').split(';')[0], origin: url.origin };
  const page = await (await fetch(url.origin + '/', { headers })).text();
  if (!page.includes('Stillpoint')) process.exit(3);
  const socket = new WebSocket('ws://' + url.host + '/contract', { headers });
  socket.onopen = () => process.exit(0);
  socket.onerror = () => process.exit(4);
})();
`;

describe('npm start', () => {
  it('-- --no-open --dir DIR serves, keeps everything under DIR as seen from the user, and prints one line', async () => {
    const home = tempDir();
    const started = start(['--no-open', '--dir', 'here', ...small], { INIT_CWD: home, HOME: join(home, 'not-here') });
    const address = await started.served;
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    expect((await fetch(address, { redirect: 'manual' })).status).toBe(303);
    started.signal('SIGTERM');
    expect(await started.done).toBe(0);
    expect(started.out).toEqual([`Stillpoint is at ${address}`]);
    expect(started.said.filter((line) => line.includes('because'))).toEqual([
      expect.stringMatching(/^Stillpoint only serves, because --no-open was given\./),
    ]);
    expect(readdirSync(home)).toEqual(['here']);
    expect(existsSync(join(home, 'here', 'lab'))).toBe(true);
  });

  it('ends in good order when SIGINT reaches it alone, as from a service or a script', async () => {
    const started = start(['--no-open', '--dir', tempDir(), ...small]);
    await started.served;
    started.signal('SIGINT');
    expect(await started.done).toBe(0);
    expect(started.said.at(-1)).toBe('Stillpoint has ended.');
  });

  it('without a display serves too, and says why', async () => {
    const started = start(['--dir', tempDir(), ...small]);
    await started.served;
    expect(started.said.join('\n')).toContain('Stillpoint only serves, because there is no display here.');
  });

  it('opens a browser on the address with a profile of its own', async () => {
    const dir = tempDir();
    const browser = fakeBrowser(visit);
    const started = start(['--browser', '--dir', dir, ...small], { DISPLAY: ':0', STILLPOINT_BROWSER: browser.path });
    expect(await started.done).toBe(0);
    expect(browser.arguments()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^--app=http:\/\/127\.0\.0\.1:\d+\/\?token=/),
        `--user-data-dir=${join(dir, 'browser')}`,
      ]),
    );
    expect(started.out).toEqual([]);
    expect(started.said.at(-1)).toBe('Stillpoint has ended.');
  });

  it('serves on and gives the address when the browser cannot start', async () => {
    const browser = fakeBrowser('process.exit(7);');
    const started = start(['--browser', '--dir', tempDir(), ...small], {
      DISPLAY: ':0',
      STILLPOINT_BROWSER: browser.path,
    });
    const address = await started.served;
    expect(started.said.join('\n')).toContain('ended (exit code 7). Stillpoint goes on; open this address yourself');
    expect((await fetch(address, { redirect: 'manual' })).status).toBe(303);
    started.signal('SIGTERM');
    expect(await started.done).toBe(0);
  });

  it('takes the window along when it is asked to end', async () => {
    const browser = fakeBrowser('setInterval(() => undefined, 1000);');
    const dir = tempDir();
    const started = start(['--browser', '--dir', dir, ...small], { DISPLAY: ':0', STILLPOINT_BROWSER: browser.path });
    await expect.poll(browser.isStarted, { timeout: 30_000 }).toBe(true);
    started.signal('SIGTERM');
    expect(await started.done).toBe(0);
  });

  it('ends as the backend ends: a wrong word is its exit code', async () => {
    const started = start(['--no-open', '--bogus']);
    expect(await started.done).toBe(2);
    expect(started.said.join('\n')).toContain('Stillpoint cannot be started like this');
  });

  it('-- --help says everything that may stand behind it', async () => {
    const started = start(['--help']);
    expect(await started.done).toBe(0);
    for (const option of ['--no-open', '--browser', '--dir', '--port', '--scenario', '--lab-fault'])
      expect(started.out.join('\n')).toContain(option);
  });
});
