// Who may ask: the table of senders, the order of things, and what is written down.
import { beforeEach, describe, expect, it } from 'vitest';
import { contract } from '../../shared/ipc/contract.ts';
import { callNames, invokeHandler } from '../../shared/ipc/invoke-handler.ts';
import { bindContract } from './bind-contract.ts';
import type { Log } from './log.ts';
import { pageUrl } from './page-address.ts';
import { FakeBackend } from './testing/fake-backend.ts';
import { createFakeElectron, FakeWebContents, type FakeElectron } from './testing/fake-electron.ts';

let electron: FakeElectron;
let backend: FakeBackend;
let ours: FakeWebContents;
let lines: string[];
const folder = { path: 'C:\\secret-place' };

beforeEach(() => {
  electron = createFakeElectron();
  backend = new FakeBackend();
  ours = new FakeWebContents();
  ours.mainFrame.url = pageUrl;
  lines = [];
  const log: Log = { file: '', line: (kind, text) => void lines.push(`${kind} ${text}`), conceal: () => undefined };
  let nowMs = 0;
  bindContract({
    ipcMain: electron.parts.ipcMain,
    invoke: (name, input) => invokeHandler(contract, backend.handlers, name, input),
    api: backend.api,
    ownContents: () => [ours] as never,
    log,
    nowMs: () => (nowMs += 7),
  });
});

const call = (name: string, event: object, ...input: unknown[]) =>
  electron.ipcHandlers.get(`stillpoint:${name}`)?.(event, ...input);
const fromPage = () => ({ sender: ours, senderFrame: ours.mainFrame });

describe('the binding', () => {
  it('binds every call of the contract, and nothing else', () => {
    expect([...electron.ipcHandlers.keys()].sort()).toEqual(
      callNames(contract)
        .map((name) => `stillpoint:${name}`)
        .sort(),
    );
  });

  it('answers our page, with parsed input, and hands no handler the event', async () => {
    expect(await call('folders.list', fromPage(), folder)).toEqual({ ok: true, value: { answered: 'folders.list' } });
    expect(backend.calls).toEqual([{ name: 'folders.list', input: folder }]);
  });

  it('takes the fragment of our page for our page', async () => {
    ours.mainFrame.url = `${pageUrl}#/activity`;
    expect(await call('folders.list', fromPage(), folder)).toMatchObject({ ok: true });
  });

  it('gives malformed input back as an error', async () => {
    const result = await call('folders.list', fromPage(), { path: 5 });
    expect(result).toMatchObject({ ok: false, error: { code: 'contract.invalid-input' } });
    expect(backend.calls).toEqual([]);
  });

  const stranger = new FakeWebContents();
  stranger.mainFrame.url = pageUrl;
  it.each<readonly [string, (own: FakeWebContents) => object]>([
    ['a frame that is gone', (own) => ({ sender: own, senderFrame: null })],
    ['an empty address', (own) => ({ sender: own, senderFrame: { ...own.mainFrame, url: '' } })],
    ['about:blank', (own) => ({ sender: own, senderFrame: { ...own.mainFrame, url: 'about:blank' } })],
    ['about:srcdoc', (own) => ({ sender: own, senderFrame: { ...own.mainFrame, url: 'about:srcdoc' } })],
    ['data:', (own) => ({ sender: own, senderFrame: { ...own.mainFrame, url: 'data:text/html,x' } })],
    [
      'blob: of our origin',
      (own) => ({ sender: own, senderFrame: { ...own.mainFrame, url: 'blob:app://stillpoint/1' } }),
    ],
    ['the web', (own) => ({ sender: own, senderFrame: { ...own.mainFrame, url: 'https://example.com/' } })],
    ['a file', (own) => ({ sender: own, senderFrame: { ...own.mainFrame, url: 'file:///index.html' } })],
    ['our folder', (own) => ({ sender: own, senderFrame: { ...own.mainFrame, url: 'app://stillpoint/' } })],
    [
      'another file of ours',
      (own) => ({ sender: own, senderFrame: { ...own.mainFrame, url: 'app://stillpoint/x.html' } }),
    ],
    ['our page with a query', (own) => ({ sender: own, senderFrame: { ...own.mainFrame, url: `${pageUrl}?x` } })],
    [
      'a host like ours',
      (own) => ({ sender: own, senderFrame: { ...own.mainFrame, url: 'app://stillpoint.evil/index.html' } }),
    ],
    ['upper case', (own) => ({ sender: own, senderFrame: { ...own.mainFrame, url: 'app://STILLPOINT/index.html' } })],
    ['a frame that has a parent', (own) => ({ sender: own, senderFrame: { ...own.mainFrame, parent: own.mainFrame } })],
    [
      'our page in a frame',
      (own) => ({ sender: own, senderFrame: { frameTreeNodeId: 999, parent: own.mainFrame, url: pageUrl } }),
    ],
    [
      'another main frame',
      (own) => ({ sender: own, senderFrame: { frameTreeNodeId: 999, parent: null, url: pageUrl } }),
    ],
    ['our page in other contents', () => ({ sender: stranger, senderFrame: stranger.mainFrame })],
    ['our frame under a stranger', (own) => ({ sender: stranger, senderFrame: own.mainFrame })],
    ['no sender', (own) => ({ senderFrame: own.mainFrame })],
    [
      'a frame that was disposed of',
      (own) => ({
        sender: own,
        get senderFrame(): never {
          throw new Error('Render frame was disposed before WebFrameMain could be accessed');
        },
      }),
    ],
  ])('refuses %s, as data, without calling anybody', async (_case, makeEvent) => {
    const result = await call('folders.list', makeEvent(ours), folder);
    expect(result).toMatchObject({ ok: false, error: { code: 'contract.untrusted-sender' } });
    expect(backend.calls).toEqual([]);
    expect(lines).toEqual(['call folders.list 7 ms contract.untrusted-sender']);
  });

  it('refuses our own window once it is destroyed', async () => {
    ours.destroyed = true;
    expect(await call('folders.list', fromPage(), folder)).toMatchObject({ ok: false });
  });

  it('looks at the sender before anything is awaited', async () => {
    let frame: object | null = ours.mainFrame;
    const event = {
      sender: ours,
      get senderFrame() {
        return frame;
      },
    };
    const answer = call('folders.list', event, folder);
    frame = null;
    expect(await answer).toMatchObject({ ok: true });
  });

  it('writes down name, time and outcome, never what was given', async () => {
    await call('repository.open', fromPage(), { location: '/secret-place', password: 'hunter2 hunter2' });
    await call('folders.list', fromPage(), { path: 5 });
    expect(lines).toEqual(['call repository.open 7 ms ok', 'call folders.list 7 ms contract.invalid-input']);
  });
});

describe('events', () => {
  const restorePoints = { type: 'restore-points' } as const;

  it('reach our page with the payload alone', () => {
    backend.emit(restorePoints);
    expect(ours.sent).toEqual([{ channel: 'stillpoint:app.changed', payload: { seq: 1, change: restorePoints } }]);
  });

  it.each<readonly [string, (own: FakeWebContents) => void]>([
    ['destroyed', (own) => (own.destroyed = true)],
    ['crashed', (own) => (own.crashed = true)],
    ['somewhere else', (own) => (own.mainFrame.url = 'https://example.com/')],
    ['not loaded yet', (own) => (own.mainFrame.url = '')],
  ])('are not sent to a window that is %s', (_case, change) => {
    change(ours);
    backend.emit(restorePoints);
    expect(ours.sent).toEqual([]);
  });
});
