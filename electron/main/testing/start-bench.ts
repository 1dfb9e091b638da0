// A start of the window over the stand-in for Electron, in a folder of its own: what the tests of the start share.
import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { startApp, type Program } from '../start-app.ts';
import { FakeBackend, settled } from './fake-backend.ts';
import { createFakeElectron, type FakeElectron, type FakeWindow } from './fake-electron.ts';

export class StartBench {
  readonly root = mkdtempSync(join(tmpdir(), 'stillpoint-start-'));
  readonly backend = new FakeBackend();
  /** The process: what nobody caught is emitted here. */
  readonly emitter = new EventEmitter();
  electron: FakeElectron = createFakeElectron();

  program(change: Partial<Program> = {}, argv: readonly string[] = [], platform: NodeJS.Platform = 'linux'): Program {
    const process = Object.assign(this.emitter, {
      argv: ['/app/stillpoint', '--dir', this.root, ...argv],
      env: { STILLPOINT_PASSWORD: 'hunter2-secret' },
      platform,
      versions: { electron: '45.4.1', chrome: '156.0', node: '24.0' },
    });
    const page = { contentType: 'text/html', bytes: new TextEncoder().encode('page') };
    return {
      process: process as unknown as Program['process'],
      preload: '/app/preload.cjs',
      readPage: async () => new Map([['/index.html', page]]),
      openBackend: async () => this.backend,
      newNonce: () => 'nonce',
      ...change,
    };
  }

  async open(change: Partial<Program> = {}): Promise<void> {
    this.electron.app.ready.resolve(undefined);
    await startApp(this.electron.parts, this.program(change));
    await settled();
  }

  /** The one that is open. */
  get window(): FakeWindow {
    const window = this.electron.live().at(-1);
    if (window === undefined) throw new Error('no window is open');
    return window;
  }

  get log(): string {
    return readFileSync(join(this.root, 'logs', 'stillpoint.log'), 'utf8');
  }

  /** Waits: the lock of the installation is let go of in its folder first. */
  async hasLeft(exitCode: number): Promise<void> {
    await vi.waitFor(() => {
      expect(this.electron.app.exitCodes).toEqual([exitCode]);
    });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
