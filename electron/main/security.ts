// The lock-down: everything that hardens what Electron would otherwise allow, in one place, for every web contents and
// every session there will ever be. Knows nothing of what the page does.
import type { App, Session, WebContents } from 'electron';
import { isPageOriginUrl, isPageUrl } from './page-address.ts';

export interface LockDownOptions {
  readonly app: Pick<App, 'on'>;
  /** The developer tools are there only while this is false. */
  readonly isPackaged: boolean;
  readonly onRefused: (what: string) => void;
}

/** Before `ready`, so that nothing is made earlier. */
export function lockDown({ app, isPackaged, onRefused }: LockDownOptions): void {
  app.on('web-contents-created', (_event, contents) => {
    hardenContents(contents, onRefused);
  });
  app.on('session-created', (session) => {
    hardenSession(session, { isPackaged, onRefused });
  });
  // SECURITY: point 1. Nothing of ours comes over TLS, so no certificate has a reason to be excused.
  app.on('certificate-error', (event, _contents, url, _error, _certificate, callback) => {
    event.preventDefault();
    onRefused(`certificate of ${url}`);
    callback(false);
  });
  // SECURITY: point 1. Nobody is to be asked for a certificate or a password in our name.
  app.on('select-client-certificate', (event, _contents, url, _certificates, callback) => {
    event.preventDefault();
    callback();
    onRefused(`client certificate for ${url}`);
  });
}

export function hardenContents(contents: WebContents, onRefused: (what: string) => void): void {
  // SECURITY: point 13. Reloading our page is the only navigation there is.
  contents.on('will-frame-navigate', (details) => {
    if (details.isMainFrame && isPageUrl(details.url) && isPageUrl(contents.getURL())) return;
    details.preventDefault();
    onRefused(`navigation to ${details.url}`);
  });
  contents.on('will-navigate', (details) => {
    if (isPageUrl(details.url) && isPageUrl(contents.getURL())) return;
    details.preventDefault();
  });
  // SECURITY: point 13. Our protocol never redirects.
  contents.on('will-redirect', (details) => {
    details.preventDefault();
    onRefused(`redirection to ${details.url}`);
  });
  // SECURITY: point 14. The page never opens a window; links to the web go through external-links.ts.
  contents.setWindowOpenHandler(({ url }) => {
    onRefused(`window for ${url}`);
    return { action: 'deny' };
  });
  // SECURITY: points 11 and 12. `webviewTag` is off; should one come all the same, it is not attached.
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
    onRefused('webview');
  });
}

const hardened = new WeakSet<Session>();

export function hardenSession(
  session: Session,
  { isPackaged, onRefused }: Pick<LockDownOptions, 'isPackaged' | 'onRefused'>,
): void {
  if (hardened.has(session)) return;
  hardened.add(session);
  // SECURITY: point 5. Electron grants everything by default. The page may put text on the clipboard after a click
  // (the restic command, technical details), and nothing else: not read it, no device, no capture.
  session.setPermissionRequestHandler((contents, permission, callback, details) => {
    const isGranted = permission === 'clipboard-sanitized-write' && details.isMainFrame && isPageUrl(contents.getURL());
    if (!isGranted) onRefused(`permission ${permission}`);
    callback(isGranted);
  });
  session.setPermissionCheckHandler(
    (contents, permission, _origin, details) =>
      permission === 'clipboard-sanitized-write' &&
      details.isMainFrame &&
      contents !== null &&
      isPageUrl(contents.getURL()),
  );
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => {
    callback(null);
  });
  // SECURITY: point 1. Everything that is not ours is stopped before it reaches the network.
  session.webRequest.onBeforeRequest(({ url, resourceType }, callback) => {
    const isAllowed = isAllowedRequest(url, resourceType, isPackaged);
    if (!isAllowed) onRefused(`request for ${url.slice(0, 200)}`);
    callback({ cancel: !isAllowed });
  });
  // SECURITY: point 1. Chromium would fetch dictionaries from the web.
  session.setSpellCheckerEnabled(false);
  // SECURITY: point 1. The page writes no files; restores are written by the backend.
  session.on('will-download', (event, item) => {
    event.preventDefault();
    onRefused(`download of ${item.getURL().slice(0, 200)}`);
  });
}

function isAllowedRequest(url: string, resourceType: string, isPackaged: boolean): boolean {
  if (isPageOriginUrl(url)) return true;
  // The page's policy allows images that stand in the page itself (`img-src data:`).
  if (resourceType === 'image' && url.startsWith('data:image/')) return true;
  return !isPackaged && url.startsWith('devtools://');
}
