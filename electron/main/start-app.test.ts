// The whole start over a stand-in for Electron: its order, what it refuses, what it says, and how it ends.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../shared/errors/app-error.ts';
import { pageUrl } from './page-address.ts';
import { startApp, type Program } from './start-app.ts';
import { FakeBackend, settled } from './testing/fake-backend.ts';
import { createFakeElectron, emitPreventable, FakeEvent } from './testing/fake-electron.ts';
import { StartBench } from './testing/start-bench.ts';

let bench: StartBench;
beforeEach(() => {
  bench = new StartBench();
});
afterEach(() => {
  bench.remove();
});

describe('the start', () => {
  it('hardens, takes its folder and its lock before Electron is ready', async () => {
    const started = startApp(bench.electron.parts, bench.program());
    // Nothing was awaited yet: Electron may say `ready` at the first turn.
    expect(bench.electron.app.calls).toEqual([
      'enableSandbox',
      `setPath userData ${join(bench.root, 'window')}`,
      'requestSingleInstanceLock',
      'whenReady',
    ]);
    expect(bench.electron.privileged).toHaveLength(1);
    expect(bench.electron.app.listenerCount('web-contents-created')).toBe(1);
    expect(bench.electron.windows).toEqual([]);
    bench.electron.app.ready.resolve(undefined);
    await started;
  });

  it('ends with one hardened window on our page, bound to the backend', async () => {
    await bench.open();
    expect(bench.electron.windows.map(({ webContents }) => webContents.getURL())).toEqual([pageUrl]);
    expect(bench.window.options.webPreferences?.preload).toBe('/app/preload.cjs');
    expect(bench.window.webContents.openHandler?.({ url: 'https://example.com/' })).toEqual({ action: 'deny' });
    expect(bench.electron.defaultSession.requestListener).toBeTypeOf('function');
    expect(bench.electron.protocols.get('app')?.(new Request(pageUrl)).status).toBe(200);
    const event = { sender: bench.window.webContents, senderFrame: bench.window.webContents.mainFrame };
    expect(await bench.electron.ipcHandlers.get('stillpoint:lab.status')?.(event, undefined)).toMatchObject({
      ok: true,
    });
    expect([bench.electron.errorBoxes, bench.electron.app.exitCodes]).toEqual([[], []]);
  });

  it('shows the window when there is something to see', async () => {
    await bench.open();
    expect(bench.window.calls).toEqual([]);
    bench.window.emit('ready-to-show');
    expect(bench.window.calls).toEqual(['show']);
    expect(emitPreventable(bench.window, 'page-title-updated')).toBe(true);
  });

  it('opens where it was closed', async () => {
    const place = { x: 100, y: 50, width: 1000, height: 700, isMaximized: true };
    writeFileSync(join(bench.root, 'window.json'), JSON.stringify(place));
    await bench.open();
    expect(bench.window.options).toMatchObject({ x: 100, y: 50, width: 1000, height: 700 });
    bench.window.emit('ready-to-show');
    expect(bench.window.calls).toEqual(['maximize', 'show']);
    Object.assign(bench.window, { bounds: { ...place, x: 200 }, maximized: false });
    bench.window.close();
    await vi.waitFor(() => {
      expect(JSON.parse(readFileSync(join(bench.root, 'window.json'), 'utf8'))).toMatchObject({
        x: 200,
        isMaximized: false,
      });
    });
  });

  it('writes down its versions, and never the password it was given', async () => {
    await bench.open({
      openBackend: async ({ onNote }) => {
        onNote('opened with hunter2-secret');
        return bench.backend;
      },
    });
    expect(bench.log).toContain('start Stillpoint 0.1.0, Electron 45.4.1, Chromium 156.0, Node 24.0, linux');
    expect(bench.log).toContain('note opened with (hidden)');
    expect(bench.log).not.toContain('hunter2');
  });

  it('names itself to Windows', async () => {
    bench.electron.app.ready.resolve(undefined);
    await startApp(bench.electron.parts, bench.program({}, [], 'win32'));
    expect(bench.electron.app.calls).toContain('setAppUserModelId Stillpoint');
  });

  it('lets the frame follow the appearance', async () => {
    await bench.open();
    const change = (appearance: string): void => {
      bench.backend.emit({ type: 'settings', settings: { appearance } as never });
    };
    change('dark');
    expect(bench.electron.nativeTheme.themeSource).toBe('dark');
    change('high-contrast');
    expect(bench.electron.nativeTheme.themeSource).toBe('system');
  });
});

describe('switches that open a door', () => {
  it('end a packaged start before anything is opened', async () => {
    await startApp(bench.electron.parts, bench.program({}, ['--remote-debugging-port=9222']));
    expect(bench.electron.errorBoxes[0]?.title).toBe('Stillpoint does not start with --remote-debugging-port');
    expect(bench.electron.app.exitCodes).toEqual([1]);
    expect(bench.electron.app.calls).not.toContain('requestSingleInstanceLock');
  });

  it('are allowed and written down in development', async () => {
    bench.electron.app.isPackaged = false;
    bench.electron.app.ready.resolve(undefined);
    await startApp(bench.electron.parts, bench.program({}, ['--inspect=0']));
    expect(bench.electron.windows).toHaveLength(1);
    expect(bench.log).toContain('in development only, allowed: --inspect');
  });
});

describe('one process per installation', () => {
  it('a second one leaves at once and opens nothing', async () => {
    bench.electron.app.isFirstInstance = false;
    let isOpened = false;
    await startApp(
      bench.electron.parts,
      bench.program({
        openBackend: async () => {
          isOpened = true;
          return bench.backend;
        },
      }),
    );
    expect([bench.electron.app.exitCodes, isOpened, bench.electron.windows.length]).toEqual([[0], false, 0]);
  });

  it('the first one comes to the front, and takes nothing else from the second', async () => {
    await bench.open();
    Object.assign(bench.window, { minimized: true });
    bench.electron.app.emit(
      'second-instance',
      new FakeEvent(),
      ['stillpoint', '--dir', '/elsewhere', 'app://evil'],
      '/',
      {},
    );
    expect(bench.window.calls).toEqual(['restore', 'show', 'focus']);
    expect([bench.electron.windows.length, bench.window.webContents.sent, bench.backend.calls]).toEqual([1, [], []]);
  });
});

describe('a start that fails', () => {
  it('because a window or the loopback host has that folder open, until that one is closed', async () => {
    await bench.open();
    const first = bench.electron;
    bench.electron = createFakeElectron();
    await bench.open({ openBackend: async () => new FakeBackend() });
    expect(bench.electron.errorBoxes.map(({ title }) => title)).toEqual([expect.stringContaining('already open')]);
    expect([bench.electron.app.exitCodes, bench.electron.windows.length]).toEqual([[1], 0]);
    bench.backend.closing.resolve(undefined);
    first.app.quit();
    await vi.waitFor(() => {
      expect(first.app.exitCodes).toEqual([0]);
    });
    bench.electron = createFakeElectron();
    await bench.open({ openBackend: async () => new FakeBackend() });
    expect(bench.electron.windows).toHaveLength(1);
  });

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
    await bench.open(change);
    expect(bench.electron.errorBoxes.map((box) => box.title)).toEqual([title]);
    expect(bench.electron.errorBoxes[0]?.content).toMatch(/.+\n\n.+/);
    expect([bench.electron.app.exitCodes, bench.electron.windows.length]).toEqual([[1], 0]);
    expect(bench.log).toContain('the start failed');
    expect(existsSync(join(bench.root, 'open.lock'))).toBe(false);
  });

  it('a folder that cannot be made', async () => {
    writeFileSync(join(bench.root, 'window'), 'a file');
    await bench.open();
    expect(bench.electron.errorBoxes[0]?.title).toContain('cannot be written');
    expect(bench.electron.app.exitCodes).toEqual([1]);
  });

  it('closes a backend that was open already', async () => {
    bench.backend.closing.resolve(undefined);
    bench.electron.parts.ipcMain.handle = () => {
      throw new Error('no handler');
    };
    await bench.open();
    expect([bench.backend.closeCalls, bench.electron.app.exitCodes]).toEqual([1, [1]]);
  });
});

describe('leaving', () => {
  it('quitting while it opens waits until it can be closed in order', async () => {
    const opening = Promise.withResolvers<FakeBackend>();
    bench.electron.app.ready.resolve(undefined);
    const openBackend = vi.fn(() => opening.promise);
    const started = startApp(bench.electron.parts, bench.program({ openBackend }));
    await vi.waitFor(() => {
      expect(openBackend).toHaveBeenCalled();
    });
    bench.electron.app.quit();
    expect(bench.electron.app.exitCodes).toEqual([]);
    opening.resolve(bench.backend);
    bench.backend.closing.resolve(undefined);
    await started;
    await bench.hasLeft(0);
    expect([bench.backend.closeCalls, bench.electron.windows.length]).toEqual([1, 0]);
  });

  it('closing the window asks, and ends the app when everything is merged', async () => {
    await bench.open();
    bench.backend.beginRun('SQL01');
    bench.window.close();
    await settled();
    const [question] = bench.electron.questions;
    expect(question).toMatchObject({
      message: 'A backup of SQL01 is going on',
      buttons: ['Keep running', 'Finish, then quit', 'Cancel the backup and quit'],
      defaultId: 0,
      cancelId: 0,
    });
    question?.answer(2);
    await settled();
    expect([bench.backend.closeCalls, bench.electron.live().length, bench.electron.app.exitCodes]).toEqual([1, 1, []]);
    bench.backend.closing.resolve(undefined);
    await bench.hasLeft(0);
    expect(bench.electron.live()).toEqual([]);
    expect(bench.log).toContain('stop exit code 0');
  });

  it('finish, then quit: the page can watch and cancel, and begin nothing new that would keep it open', async () => {
    await bench.open();
    const { webContents } = bench.window;
    const ask = (name: string, input?: object): unknown =>
      bench.electron.ipcHandlers.get(`stillpoint:${name}`)?.(
        { sender: webContents, senderFrame: webContents.mainFrame },
        input,
      );
    bench.backend.beginRun('SQL01');
    bench.window.close();
    await settled();
    expect(await ask('lab.startGuests')).toMatchObject({ ok: true });
    bench.electron.questions[0]?.answer(1);
    await settled();
    expect(await ask('lab.startGuests')).toMatchObject({ ok: false, error: { code: 'console.ending' } });
    expect(await ask('app.snapshot')).toMatchObject({ ok: true });
    bench.backend.endRun();
    bench.backend.closing.resolve(undefined);
    await bench.hasLeft(0);
  });

  it.each(['query-session-end', 'session-end'])('Windows says %s: merged without a question', async (name) => {
    await bench.open();
    bench.backend.beginRun('SQL01');
    expect(emitPreventable(bench.window, name, { reasons: ['shutdown'] })).toBe(true);
    await settled();
    expect([bench.backend.closeCalls, bench.electron.questions.length]).toEqual([1, 0]);
  });

  it('Linux and macOS say shutdown: delayed while work goes on', async () => {
    await bench.open();
    bench.backend.beginRun('SQL01');
    expect(emitPreventable(bench.electron.powerMonitor, 'shutdown')).toBe(true);
    await settled();
    expect(bench.backend.closeCalls).toBe(1);
  });
});
