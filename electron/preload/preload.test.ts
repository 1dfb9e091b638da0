// What the page finds on `window`, made by the preload script itself over a stand-in for Electron.
import { EventEmitter } from 'node:events';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { contract, type ConsoleApi } from '../../shared/ipc/contract.ts';

const { exposed, ipc } = vi.hoisted(() => ({
  exposed: new Map<string, unknown>(),
  ipc: { emitter: undefined as EventEmitter | undefined, invoked: [] as unknown[][] },
}));

vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (key: string, api: unknown) => void exposed.set(key, api) },
  ipcRenderer: {
    invoke: async (...given: unknown[]) => {
      ipc.invoked.push(given);
      return { ok: true, value: 'answered' };
    },
    on: (channel: string, listener: (...args: unknown[]) => void) => ipc.emitter?.on(channel, listener),
    removeListener: (channel: string, listener: (...args: unknown[]) => void) =>
      ipc.emitter?.removeListener(channel, listener),
    // There, and not to be reached from the page.
    send: () => undefined,
    sendSync: () => undefined,
  },
}));

let api: ConsoleApi;
beforeAll(async () => {
  await import('./preload.ts');
  api = exposed.get('stillpoint') as ConsoleApi;
});
beforeEach(() => {
  ipc.emitter = new EventEmitter();
  ipc.invoked.length = 0;
});

const namesOf = (groups: object): Record<string, string[]> =>
  Object.fromEntries(Object.entries(groups).map(([group, entries]) => [group, Object.keys(entries as object).sort()]));

describe('window.stillpoint', () => {
  it('is all there is, and has the keys of the contract and no other', () => {
    expect([...exposed.keys()]).toEqual(['stillpoint']);
    expect(namesOf(api)).toEqual(namesOf(contract));
    for (const group of Object.values(api)) {
      expect(Object.isFrozen(group)).toBe(true);
      for (const call of Object.values(group)) expect(call).toBeTypeOf('function');
    }
    expect(Object.isFrozen(api)).toBe(true);
  });

  it('calls the one channel of each call, with its one input', async () => {
    const calls = api.folders.list as (...given: unknown[]) => Promise<unknown>;
    expect(await calls({ path: '/x' }, 'stillpoint:other', {})).toEqual({ ok: true, value: 'answered' });
    expect(ipc.invoked).toEqual([['stillpoint:folders.list', { path: '/x' }]]);
  });

  it('gives a listener the payload and nothing of the IPC event', () => {
    const heard: unknown[][] = [];
    api.app.changed((...given: unknown[]) => void heard.push(given));
    ipc.emitter?.emit('stillpoint:app.changed', { sender: 'ipcRenderer', ports: [] }, { seq: 1 }, 'more');
    expect(heard).toEqual([[{ seq: 1 }]]);
  });

  it('ends one subscription without touching another', () => {
    const heard: string[] = [];
    const stop = api.app.changed(() => void heard.push('first'));
    api.app.changed(() => void heard.push('second'));
    stop();
    ipc.emitter?.emit('stillpoint:app.changed', {}, { seq: 1 });
    expect(heard).toEqual(['second']);
    expect(ipc.emitter?.listenerCount('stillpoint:app.changed')).toBe(1);
  });
});
