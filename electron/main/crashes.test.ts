// What crashes: the page, a process of Chromium, our own process. None of it leaves a checkpoint behind.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pageUrl } from './page-address.ts';
import { settled } from './testing/fake-backend.ts';
import { FakeEvent } from './testing/fake-electron.ts';
import { StartBench } from './testing/start-bench.ts';

let bench: StartBench;
beforeEach(() => {
  bench = new StartBench();
});
afterEach(() => {
  bench.remove();
});

describe('a crash', () => {
  it('of the page: a new window, the backend goes on', async () => {
    await bench.open();
    const first = bench.window;
    first.webContents.emit('render-process-gone', new FakeEvent(), { reason: 'crashed', exitCode: 5 });
    expect([first.destroyed, bench.electron.live().length]).toEqual([true, 1]);
    expect(bench.window.webContents.getURL()).toBe(pageUrl);
    expect([bench.backend.closeCalls, bench.electron.app.exitCodes]).toEqual([0, []]);
    bench.backend.emit({ type: 'restore-points' });
    expect(bench.window.webContents.sent).toHaveLength(1);
    expect(bench.log).toContain("the page's process is gone: crashed, exit code 5");
  });

  it('of the page that nobody wanted to see again: a second start opens it anew', async () => {
    await bench.open();
    bench.window.webContents.crashed = true;
    bench.electron.app.emit('second-instance', new FakeEvent(), [], '/', {});
    expect([bench.electron.windows.length, bench.electron.live().length]).toEqual([2, 1]);
  });

  it('of the page again and again: asks instead of trying forever', async () => {
    await bench.open();
    const crash = (): void => {
      bench.window.webContents.emit('render-process-gone', new FakeEvent(), { reason: 'oom', exitCode: 1 });
    };
    crash();
    crash();
    crash();
    expect([bench.electron.windows.length, bench.electron.questions.length]).toEqual([3, 1]);
    bench.electron.questions[0]?.answer(0);
    await settled();
    expect(bench.electron.windows).toHaveLength(4);
  });

  it('a page that ended by itself is none', async () => {
    await bench.open();
    bench.window.webContents.emit('render-process-gone', new FakeEvent(), { reason: 'clean-exit', exitCode: 0 });
    expect(bench.electron.windows).toHaveLength(1);
  });

  it('a window that does not answer can be opened anew', async () => {
    await bench.open();
    bench.window.emit('unresponsive');
    bench.window.emit('unresponsive');
    await settled();
    expect(bench.electron.questions).toHaveLength(1);
    bench.electron.questions[0]?.answer(1);
    await settled();
    expect([bench.electron.windows.length, bench.electron.live().length]).toEqual([2, 1]);
  });

  it.each(['uncaughtException', 'unhandledRejection'])('%s: said once, merged, exit code 1', async (name) => {
    await bench.open();
    bench.backend.beginRun('SQL01');
    bench.emitter.emit(name, new Error('impossible, token=hunter2'));
    bench.emitter.emit(name, new Error('and once more'));
    await settled();
    expect(bench.electron.questions.map(({ message }) => message)).toEqual([
      'Stillpoint met an error it cannot go on from',
    ]);
    expect([bench.backend.closeCalls, bench.electron.app.exitCodes]).toEqual([1, []]);
    bench.backend.closing.resolve(undefined);
    // Everything is closed once the lock is gone; only the message is still to be read.
    await vi.waitFor(() => {
      expect(existsSync(join(bench.root, 'open.lock'))).toBe(false);
    });
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    expect(bench.electron.app.exitCodes).toEqual([]);
    bench.electron.questions[0]?.answer(0);
    await bench.hasLeft(1);
    expect(bench.log).toContain('impossible, token=(hidden)');
    expect(bench.log).toContain('and once more');
  });

  it('of a process of Chromium: written down', async () => {
    await bench.open();
    bench.electron.app.emit('child-process-gone', new FakeEvent(), { type: 'GPU', reason: 'crashed', exitCode: 9 });
    expect(bench.log).toContain('a process of Chromium is gone: GPU, crashed, exit code 9');
  });
});
