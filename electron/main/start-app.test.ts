// The whole start over a stand-in for Electron: its order, what it refuses, and what happens when things go wrong.
import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../shared/errors/app-error.ts';
import { pageUrl } from './page-address.ts';
import { startApp, type Program } from './start-app.ts';
import { FakeBackend, settled } from './testing/fake-backend.ts';
import { createFakeElectron, emitPreventable, FakeEvent, type FakeElectron } from './testing/fake-electron.ts';

let root = '';
let electron: FakeElectron;
let backend: FakeBackend;
let emitter: EventEmitter;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stillpoint-start-'));
  electron = createFakeElectron();
  backend = new FakeBackend();
  emitter = new EventEmitter();
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function program(
  change: Partial<Program> = {},
  argv: readonly string[] = [],
  platform: NodeJS.Platform = 'linux',
): Program {
  const process = Object.assign(emitter, {
    argv: ['/app/stillpoint', '--dir', root, ...argv],
    env: { STILLPOINT_PASSWORD: 'hunter2-secret' },
    platform,
    versions: { electron: '45.4.1', chrome: '156.0', node: '24.0' },
  });
  return {
    process: process as unknown as Program['process'],
    preload: '/app/preload.cjs',
    readPage: async () =>
      new Map([['/index.html', { contentType: 'text/html', bytes: new TextEncoder().encode('page') }]]),
    openBackend: async () => backend,
    newNonce: () => 'nonce',
    ...change,
  };
}

async function open(change: Partial<Program> = {}): Promise<void> {
  electron.app.ready.resolve(undefined);
  await startApp(electron.parts, program(change));
  await settled();
}
const log = (): string => readFileSync(join(root, 'logs', 'stillpoint.log'), 'utf8');
const window = () => electron.live().at(-1);

describe('the start', () => {
  it('hardens, takes its folder and its lock before Electron is ready', async () => {
    const started = startApp(electron.parts, program());
    // Nothing was awaited yet: Electron may say `ready` at the first turn.
    expect(electron.app.calls).toEqual([
      'enableSandbox',
      `setPath userData ${join(root, 'window')}`,
      'requestSingleInstanceLock',
      'whenReady',
    ]);
    expect(electron.privileged).toHaveLength(1);
    expect(electron.app.listenerCount('web-contents-created')).toBe(1);
    expect(electron.windows).toEqual([]);
    electron.app.ready.resolve(undefined);
    await started;
  });

  it('ends with one hardened window on our page, bound to the backend', async () => {
    await open();
    expect(electron.windows.map(({ webContents }) => webContents.getURL())).toEqual([pageUrl]);
    expect(window()?.options.webPreferences?.preload).toBe('/app/preload.cjs');
    expect(window()?.webContents.openHandler?.({ url: 'https://example.com/' })).toEqual({ action: 'deny' });
    expect(electron.defaultSession.requestListener).toBeTypeOf('function');
    expect(electron.protocols.get('app')?.(new Request(pageUrl)).status).toBe(200);
    const event = { sender: window()?.webContents, senderFrame: window()?.webContents.mainFrame };
    expect(await electron.ipcHandlers.get('stillpoint:lab.status')?.(event, undefined)).toMatchObject({ ok: true });
    expect([electron.errorBoxes, electron.app.exitCodes]).toEqual([[], []]);
  });

  it('shows the window when there is something to see', async () => {
    await open();
    expect(window()?.calls).toEqual([]);
    window()?.emit('ready-to-show');
    expect(window()?.calls).toEqual(['show']);
    expect(emitPreventable(window() ?? emitter, 'page-title-updated')).toBe(true);
  });

  it('opens where it was closed', async () => {
    const place = { x: 100, y: 50, width: 1000, height: 700, isMaximized: true };
    writeFileSync(join(root, 'window.json'), JSON.stringify(place));
    await open();
    expect(window()?.options).toMatchObject({ x: 100, y: 50, width: 1000, height: 700 });
    window()?.emit('ready-to-show');
    expect(window()?.calls).toEqual(['maximize', 'show']);
    Object.assign(window() ?? {}, { bounds: { ...place, x: 200 }, maximized: false });
    window()?.close();
    await vi.waitFor(() => {
      expect(JSON.parse(readFileSync(join(root, 'window.json'), 'utf8'))).toMatchObject({ x: 200, isMaximized: false });
    });
  });

  it('writes down its versions, and never the password it was given', async () => {
    await open({
      openBackend: async ({ onNote }) => {
        onNote('opened with hunter2-secret');
        return backend;
      },
    });
    expect(log()).toContain('start Stillpoint 0.1.0, Electron 45.4.1, Chromium 156.0, Node 24.0, linux');
    expect(log()).toContain('note opened with (hidden)');
    expect(log()).not.toContain('hunter2');
  });

  it('names itself to Windows', async () => {
    electron.app.ready.resolve(undefined);
    await startApp(electron.parts, program({}, [], 'win32'));
    expect(electron.app.calls).toContain('setAppUserModelId Stillpoint');
  });

  it('lets the frame follow the appearance', async () => {
    await open();
    const change = (appearance: string): void => {
      backend.emit({ type: 'settings', settings: { appearance } as never });
    };
    change('dark');
    expect(electron.nativeTheme.themeSource).toBe('dark');
    change('high-contrast');
    expect(electron.nativeTheme.themeSource).toBe('system');
  });
});

describe('switches that open a door', () => {
  it('end a packaged start before anything is opened', async () => {
    await startApp(electron.parts, program({}, ['--remote-debugging-port=9222']));
    expect(electron.errorBoxes[0]?.title).toBe('Stillpoint does not start with --remote-debugging-port');
    expect(electron.app.exitCodes).toEqual([1]);
    expect(electron.app.calls).not.toContain('requestSingleInstanceLock');
  });

  it('are allowed and written down in development', async () => {
    electron.app.isPackaged = false;
    electron.app.ready.resolve(undefined);
    await startApp(electron.parts, program({}, ['--inspect=0']));
    expect(electron.windows).toHaveLength(1);
    expect(log()).toContain('in development only, allowed: --inspect');
  });
});

describe('one process per installation', () => {
  it('a second one leaves at once and opens nothing', async () => {
    electron.app.isFirstInstance = false;
    let isOpened = false;
    await startApp(
      electron.parts,
      program({
        openBackend: async () => {
          isOpened = true;
          return backend;
        },
      }),
    );
    expect([electron.app.exitCodes, isOpened, electron.windows.length]).toEqual([[0], false, 0]);
  });

  it('the first one comes to the front, and takes nothing else from the second', async () => {
    await open();
    Object.assign(window() ?? {}, { minimized: true });
    electron.app.emit('second-instance', new FakeEvent(), ['stillpoint', '--dir', '/elsewhere', 'app://evil'], '/', {});
    expect(window()?.calls).toEqual(['restore', 'show', 'focus']);
    expect([electron.windows.length, window()?.webContents.sent, backend.calls]).toEqual([1, [], []]);
  });
});

describe('a start that fails', () => {
  it.each<readonly [string, Partial<Program>, string]>([
    [
      'the backend',
      { openBackend: () => Promise.reject(new AppError('file.disk-full', { path: '/x/lab' })) },
      'There is no space left for /x/lab',
    ],
    [
      'the page',
      { readPage: () => Promise.reject(new AppError('console.page-missing', { path: '/app' })) },
      'The window of Stillpoint is not built',
    ],
    [
      'anything else',
      { openBackend: () => Promise.reject(new TypeError('x')) },
      'Stillpoint met a situation it does not know',
    ],
  ])('says why and what to do, and leaves no window: %s', async (_case, change, title) => {
    await open(change);
    expect(electron.errorBoxes.map((box) => box.title)).toEqual([title]);
    expect(electron.errorBoxes[0]?.content).toMatch(/.+\n\n.+/);
    expect([electron.app.exitCodes, electron.windows.length]).toEqual([[1], 0]);
    expect(log()).toContain('the start failed');
  });

  it('a folder that cannot be made', async () => {
    writeFileSync(join(root, 'window'), 'a file');
    await open();
    expect(electron.errorBoxes[0]?.title).toContain('cannot be written');
    expect(electron.app.exitCodes).toEqual([1]);
  });

  it('closes a backend that was open already', async () => {
    backend.closing.resolve(undefined);
    electron.parts.ipcMain.handle = () => {
      throw new Error('no handler');
    };
    await open();
    expect([backend.closeCalls, electron.app.exitCodes]).toEqual([1, [1]]);
  });
});

describe('leaving', () => {
  it('quitting while it opens waits until it can be closed in order', async () => {
    const opening = Promise.withResolvers<FakeBackend>();
    electron.app.ready.resolve(undefined);
    const started = startApp(electron.parts, program({ openBackend: () => opening.promise }));
    await settled();
    electron.app.quit();
    expect(electron.app.exitCodes).toEqual([]);
    opening.resolve(backend);
    backend.closing.resolve(undefined);
    await started;
    await settled();
    expect([backend.closeCalls, electron.app.exitCodes, electron.windows.length]).toEqual([1, [0], 0]);
  });

  it('closing the window asks, and ends the app when everything is merged', async () => {
    await open();
    backend.beginRun('SQL01');
    window()?.close();
    await settled();
    const [question] = electron.questions;
    expect(question).toMatchObject({
      message: 'A backup of SQL01 is going on',
      buttons: ['Keep running', 'Finish, then quit', 'Cancel the backup and quit'],
      defaultId: 0,
      cancelId: 0,
    });
    question?.answer(2);
    await settled();
    expect([backend.closeCalls, electron.live().length, electron.app.exitCodes]).toEqual([1, 1, []]);
    backend.closing.resolve(undefined);
    await settled();
    expect([electron.live().length, electron.app.exitCodes]).toEqual([0, [0]]);
    expect(log()).toContain('stop exit code 0');
  });

  it.each(['query-session-end', 'session-end'])('Windows says %s: merged without a question', async (name) => {
    await open();
    backend.beginRun('SQL01');
    expect(emitPreventable(window() ?? emitter, name, { reasons: ['shutdown'] })).toBe(true);
    await settled();
    expect([backend.closeCalls, electron.questions.length]).toEqual([1, 0]);
  });

  it('Linux and macOS say shutdown: delayed while work goes on', async () => {
    await open();
    backend.beginRun('SQL01');
    expect(emitPreventable(electron.powerMonitor, 'shutdown')).toBe(true);
    await settled();
    expect(backend.closeCalls).toBe(1);
  });
});

describe('crashes', () => {
  it('of the page: a new window, the backend goes on', async () => {
    await open();
    const first = window();
    first?.webContents.emit('render-process-gone', new FakeEvent(), { reason: 'crashed', exitCode: 5 });
    expect([first?.destroyed, electron.live().length]).toEqual([true, 1]);
    expect(window()?.webContents.getURL()).toBe(pageUrl);
    expect([backend.closeCalls, electron.app.exitCodes]).toEqual([0, []]);
    backend.emit({ type: 'restore-points' });
    expect(window()?.webContents.sent).toHaveLength(1);
    expect(log()).toContain("the page's process is gone: crashed, exit code 5");
  });

  it('of the page again and again: asks instead of trying forever', async () => {
    await open();
    const crash = (): void => {
      window()?.webContents.emit('render-process-gone', new FakeEvent(), { reason: 'oom', exitCode: 1 });
    };
    crash();
    crash();
    crash();
    expect([electron.windows.length, electron.questions.length]).toEqual([3, 1]);
    electron.questions[0]?.answer(0);
    await settled();
    expect(electron.windows).toHaveLength(4);
  });

  it('a page that ended by itself is none', async () => {
    await open();
    window()?.webContents.emit('render-process-gone', new FakeEvent(), { reason: 'clean-exit', exitCode: 0 });
    expect(electron.windows).toHaveLength(1);
  });

  it('a window that does not answer can be opened anew', async () => {
    await open();
    window()?.emit('unresponsive');
    window()?.emit('unresponsive');
    await settled();
    expect(electron.questions).toHaveLength(1);
    electron.questions[0]?.answer(1);
    await settled();
    expect([electron.windows.length, electron.live().length]).toEqual([2, 1]);
  });

  it.each(['uncaughtException', 'unhandledRejection'])('%s: said once, merged, exit code 1', async (name) => {
    await open();
    backend.beginRun('SQL01');
    emitter.emit(name, new Error('impossible, token=hunter2'));
    emitter.emit(name, new Error('and once more'));
    await settled();
    expect(electron.questions.map(({ message }) => message)).toEqual(['Stillpoint met an error it cannot go on from']);
    expect([backend.closeCalls, electron.app.exitCodes]).toEqual([1, []]);
    backend.closing.resolve(undefined);
    await settled();
    expect(electron.app.exitCodes).toEqual([]);
    electron.questions[0]?.answer(0);
    await settled();
    expect(electron.app.exitCodes).toEqual([1]);
    expect(log()).toContain('impossible, token=(hidden)');
    expect(log()).toContain('and once more');
  });

  it('of a process of Chromium: written down', async () => {
    await open();
    electron.app.emit('child-process-gone', new FakeEvent(), { type: 'GPU', reason: 'crashed', exitCode: 9 });
    expect(log()).toContain('a process of Chromium is gone: GPU, crashed, exit code 9');
  });
});
