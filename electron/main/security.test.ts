// The lock-down, driven by the events Electron would send.
import { beforeEach, describe, expect, it } from 'vitest';
import { pageUrl } from './page-address.ts';
import { lockDown } from './security.ts';
import {
  createFakeElectron,
  emitPreventable,
  FakeEvent,
  FakeSession,
  FakeWebContents,
} from './testing/fake-electron.ts';

let electron: ReturnType<typeof createFakeElectron>;
let contents: FakeWebContents;
let session: FakeSession;
let refused: string[];

function prepare(isPackaged: boolean): void {
  electron = createFakeElectron();
  contents = new FakeWebContents();
  contents.mainFrame.url = pageUrl;
  session = new FakeSession();
  refused = [];
  lockDown({ app: electron.parts.app, isPackaged, onRefused: (what) => void refused.push(what) });
  electron.app.emit('web-contents-created', new FakeEvent(), contents);
  electron.app.emit('session-created', session);
}
beforeEach(() => {
  prepare(true);
});

const elsewhere = [
  'https://example.com/',
  'http://127.0.0.1:8080/',
  'file:///etc/passwd',
  'data:text/html,<script>1</script>',
  'javascript:alert(1)',
  'about:blank',
  '',
  'app://stillpoint/',
  'app://stillpoint/other.html',
  'app://stillpoint/index.html?x',
  'app://stillpoint.evil/index.html',
  'app://elsewhere/index.html',
];

describe('navigation', () => {
  it.each(elsewhere)('does not go to %j', (url) => {
    expect(emitPreventable(contents, 'will-navigate', { url, isMainFrame: true })).toBe(true);
    expect(emitPreventable(contents, 'will-frame-navigate', { url, isMainFrame: true })).toBe(true);
    expect(refused).toHaveLength(1);
  });

  it('reloads our page, in the main frame, from our page', () => {
    const reload = { url: pageUrl, isMainFrame: true };
    expect(emitPreventable(contents, 'will-navigate', reload)).toBe(false);
    expect(emitPreventable(contents, 'will-frame-navigate', reload)).toBe(false);
    expect(emitPreventable(contents, 'will-frame-navigate', { ...reload, isMainFrame: false })).toBe(true);
    contents.mainFrame.url = 'https://example.com/';
    expect(emitPreventable(contents, 'will-navigate', reload)).toBe(true);
    expect(emitPreventable(contents, 'will-frame-navigate', reload)).toBe(true);
  });

  it('follows no redirection, not even to us', () => {
    expect(emitPreventable(contents, 'will-redirect', { url: pageUrl, isMainFrame: true })).toBe(true);
  });

  it.each([pageUrl, ...elsewhere])('opens no window for %j', (url) => {
    expect(contents.openHandler?.({ url })).toEqual({ action: 'deny' });
  });

  it('attaches no webview', () => {
    expect(emitPreventable(contents, 'will-attach-webview', {}, {}, { src: pageUrl })).toBe(true);
  });
});

describe('permissions', () => {
  const request = (permission: string, from: FakeWebContents, isMainFrame = true): boolean | undefined => {
    let answer: boolean | undefined;
    session.permissionRequest?.(from, permission, (granted) => (answer = granted), { isMainFrame });
    return answer;
  };
  const check = (permission: string, from: FakeWebContents | null, isMainFrame = true): boolean | undefined =>
    session.permissionCheck?.(from, permission, 'app://stillpoint', { isMainFrame });

  it.each([
    'media',
    'geolocation',
    'notifications',
    'clipboard-read',
    'display-capture',
    'fullscreen',
    'openExternal',
    'hid',
    'usb',
    'serial',
    'fileSystem',
    'midi',
    'local-network-access',
    'window-management',
    'unknown',
  ])('%s is neither granted nor said to be', (permission) => {
    expect(request(permission, contents)).toBe(false);
    expect(check(permission, contents)).toBe(false);
    expect(refused).toEqual([`permission ${permission}`]);
  });

  it('lets our page put text on the clipboard, and nobody else', () => {
    const write = 'clipboard-sanitized-write';
    expect([request(write, contents), check(write, contents)]).toEqual([true, true]);
    expect([request(write, contents, false), check(write, contents, false)]).toEqual([false, false]);
    expect(check(write, null)).toBe(false);
    contents.mainFrame.url = 'about:blank';
    expect([request(write, contents), check(write, contents)]).toEqual([false, false]);
  });

  it('gives no device and no capture', () => {
    expect(session.devicePermission?.({ deviceType: 'usb' })).toBe(false);
    const given: unknown[] = [];
    session.displayMedia?.({}, (streams) => given.push(streams));
    expect(given).toEqual([null]);
  });
});

describe('requests', () => {
  const isCancelled = (url: string, resourceType = 'xhr'): boolean | undefined => {
    let cancel: boolean | undefined;
    session.requestListener?.({ url, resourceType }, (response) => (cancel = response.cancel));
    return cancel;
  };

  it.each([
    'https://example.com/x.js',
    'http://localhost:5173/',
    'ws://127.0.0.1:1/',
    'wss://example.com/',
    'file:///c:/windows/win.ini',
    'ftp://example.com/',
    'blob:app://stillpoint/1',
    'data:text/html,x',
    'app://stillpoint.evil/x',
    'app://stillpoint:80/x',
    'chrome-extension://abc/x.js',
    'devtools://devtools/bundled/inspector.html',
    '',
  ])('stops %j before it reaches the network', (url) => {
    expect(isCancelled(url)).toBe(true);
    expect(refused).toHaveLength(1);
  });

  it('lets our own files and images in the page through', () => {
    expect(isCancelled(pageUrl, 'mainFrame')).toBe(false);
    expect(isCancelled('app://stillpoint/assets/index-4f2a.js', 'script')).toBe(false);
    expect(isCancelled('data:image/svg+xml,x', 'image')).toBe(false);
    expect(isCancelled('data:image/svg+xml,x', 'mainFrame')).toBe(true);
    expect(isCancelled('data:text/html,x', 'image')).toBe(true);
  });

  it('lets the developer tools load themselves in development alone', () => {
    prepare(false);
    expect(isCancelled('devtools://devtools/bundled/inspector.html')).toBe(false);
    expect(isCancelled('https://example.com/')).toBe(true);
  });

  it('downloads nothing, asks the web for no dictionary', () => {
    expect(emitPreventable(session, 'will-download', {}, { getURL: () => 'app://stillpoint/x' })).toBe(true);
    expect(session.isSpellChecking).toBe(false);
  });

  it('excuses no certificate and offers none', () => {
    const answers: boolean[] = [];
    const event = new FakeEvent();
    const callback = (isTrusted: boolean): void => void answers.push(isTrusted);
    electron.app.emit('certificate-error', event, contents, 'https://example.com/', 'net::ERR', {}, callback);
    expect([event.defaultPrevented, answers]).toEqual([true, [false]]);
    const chosen: unknown[][] = [];
    const choose = (...certificates: unknown[]): void => void chosen.push(certificates);
    const asked = [contents, 'https://example.com/', [{ subjectName: 'somebody' }], choose];
    expect(emitPreventable(electron.app, 'select-client-certificate', {}, ...asked)).toBe(true);
    expect(chosen, 'answered with none, not left waiting').toEqual([[]]);
  });
});
