// The loopback host against whoever knocks: real HTTP and WebSocket connections, most of them with something wrong.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cookieSeconds, sessionSeconds } from './sessions.ts';
import { TestHost, ask, sendRaw, testToken } from './testing/loopback-fixture.ts';

describe('the printed address', () => {
  it('lets a browser in once, with a cookie no script and no other site can use, and leaves the address bar', async () => {
    const host = await TestHost.start();
    const entered = await host.ask(`/?token=${testToken}`);
    expect(entered).toMatchObject({ status: 303, body: '', headers: { 'cache-control': 'no-store' } });
    expect(entered.headers['set-cookie']).toEqual([
      `stillpoint-${host.port}=key-1; HttpOnly; SameSite=Strict; Path=/; Max-Age=${cookieSeconds}`,
    ]);
    expect(entered.headers.location, 'what is behind the # is sent to nobody').toBe('/#key=key-2');
    const page = await host.ask('/', { headers: { Cookie: `stillpoint-${host.port}=key-1` } });
    expect(page).toMatchObject({ status: 200, body: '<p nonce="nonce-of-this-answer">page</p>' });
    expect(page.headers['content-security-policy']).toContain("'nonce-nonce-of-this-answer'");
    const again = await host.ask(`/?token=${testToken}`);
    expect(again.status).toBe(403);
    expect(again.headers['set-cookie']).toBeUndefined();
  });

  it('works as a link in a page of another site, whose browser keeps the cookie back until it sets out from us', async () => {
    const host = await TestHost.start();
    const entered = await host.ask(`/?token=${testToken}`, { headers: { 'Sec-Fetch-Site': 'cross-site' } });
    expect(entered).toMatchObject({ status: 200, body: '', headers: { refresh: '0; url=/#key=key-2' } });
    expect(entered.headers.location).toBeUndefined();
    expect(entered.headers['set-cookie']).toHaveLength(1);
  });

  it('that is spent leads a browser that was let in before to the page all the same', async () => {
    const host = await TestHost.start();
    const cookie = await host.enter();
    for (const token of [testToken, 'wrong', '']) {
      const answer = await host.ask(`/?token=${token}`, { headers: { Cookie: cookie } });
      expect(answer).toMatchObject({ status: 303, headers: { location: '/' } });
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });

  it.each([
    ['no token', '/'],
    ['a wrong token', '/?token=wrong'],
    ['an empty token', '/?token='],
    ['half the token', `/?token=${testToken.slice(0, 8)}`],
    ['the token elsewhere', `/index.html?token=${testToken}`],
    ['the token in another parameter', `/?key=${testToken}`],
  ])('is needed: %s lets nobody in, and tells only how to come in', async (_name, path) => {
    const host = await TestHost.start();
    const answer = await host.ask(path);
    expect(answer.status).toBe(403);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.body).toMatch(/^Stillpoint does not know this browser\.\n/);
    expect(answer.body).toContain('start it again');
    expect(answer.body).not.toContain(testToken);
    await host.enter();
  });

  it('is for the account that started Stillpoint: another one does not even spend it', async () => {
    const may = { enter: false };
    const asked: number[] = [];
    const host = await TestHost.start({
      mayEnter: async ({ port, callerPort }) => {
        asked.push(port, callerPort);
        return may.enter;
      },
    });
    const answer = await host.ask(`/?token=${testToken}`);
    expect(answer.status).toBe(403);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.body).toBe('This address is for the account that started Stillpoint.\n');
    expect(asked).toEqual([host.port, expect.any(Number)]);
    expect(asked[1]).toBeGreaterThan(0);
    may.enter = true;
    await host.enter();
  });

  it('is not spent by HEAD, which programs send to look at links', async () => {
    const host = await TestHost.start();
    expect(await host.ask(`/?token=${testToken}`, { method: 'HEAD' })).toMatchObject({ status: 403, body: '' });
    await host.enter();
  });
});

describe('every request', () => {
  it.each<[string, (host: TestHost, cookie: string) => string | undefined]>([
    ['without a cookie', () => undefined],
    ['with an empty one', (host) => `stillpoint-${host.port}=`],
    ['with a wrong key', (host) => `stillpoint-${host.port}=key-2`],
    ['with the key under the name of another port', (_host, cookie) => `stillpoint-1=${cookie.split('=')[1] ?? ''}`],
    ['with the digest that is kept on disk', (host) => `stillpoint-${host.port}=${host.stored[0]?.sha256 ?? ''}`],
    [
      'with the key behind ten others of that name',
      (host, cookie) => `${`stillpoint-${host.port}=x; `.repeat(10)}${cookie}`,
    ],
  ])('is refused %s', async (_name, cookieOf) => {
    const host = await TestHost.start();
    const value = cookieOf(host, await host.enter());
    const headers = value === undefined ? {} : { Cookie: value };
    for (const path of ['/', '/index.html', '/assets/index-1.js', '/nothing'])
      expect((await host.ask(path, { headers })).status).toBe(403);
    expect(await host.open(value ?? '').opened).toBe(403);
    expect(host.calls).toEqual([]);
  });

  it('is let in with the key among other cookies, until twelve hours are over', async () => {
    const host = await TestHost.start();
    const headers = { Cookie: `a=b; ${await host.enter()};c` };
    host.nowMs += sessionSeconds * 1000 - 1;
    expect((await host.ask('/assets/index-1.js', { headers })).status).toBe(200);
    host.nowMs += 1;
    expect((await host.ask('/', { headers })).status).toBe(403);
    expect((await host.ask('/', { method: 'HEAD', headers })).status, 'how the page finds out').toBe(403);
    expect(await host.open(headers.Cookie).opened).toBe(403);
  });

  it('is let in for twelve more hours by every load of the page', async () => {
    const host = await TestHost.start();
    const headers = { Cookie: await host.enter() };
    for (let load = 0; load < 3; load += 1) {
      host.nowMs += sessionSeconds * 1000 - 1;
      expect((await host.ask('/', { headers })).status).toBe(200);
    }
  });

  it('is answered with a session only when that is kept: a crash right after it must not lose it', async () => {
    const host = await TestHost.start();
    const kept = Promise.withResolvers<undefined>();
    host.keeping = kept.promise;
    let isAnswered = false;
    const entering = host.enter().finally(() => (isAnswered = true));
    // Answered at once, by the same server, after the request before it.
    expect((await host.ask('/')).status).toBe(403);
    expect([isAnswered, host.stored.length]).toEqual([false, 1]);
    kept.resolve(undefined);
    expect(await host.open(await entering).opened).toBeUndefined();
  });

  it.each<[string, (port: number) => string]>([
    ['a name that points here (DNS rebinding)', (port) => `evil.example:${port}`],
    ['no port', () => '127.0.0.1'],
    ['another port', () => '127.0.0.1:1'],
    ['another port of localhost', () => 'localhost:1'],
    ['localhost, which another account may answer to on ::1', (port) => `localhost:${port}`],
    ['our port and more', (port) => `localhost:${port}.evil.example`],
    ['another address of this computer', (port) => `127.0.0.2:${port}`],
    ['the address of IPv6', (port) => `[::1]:${port}`],
    ['a name in capitals', (port) => `LOCALHOST:${port}`],
    ['a dot behind the name', (port) => `localhost.:${port}`],
    ['something before it', (port) => `x@localhost:${port}`],
  ])('is misdirected with a Host of %s, and its token is not spent', async (_name, hostOf) => {
    const host = await TestHost.start();
    const headers = { Host: hostOf(host.port) };
    const answer = await host.ask(`/?token=${testToken}`, { headers });
    expect(answer.status).toBe(421);
    expect(answer.headers['set-cookie']).toBeUndefined();
    const cookie = await host.enter();
    expect((await host.ask('/', { headers: { ...headers, Cookie: cookie } })).status).toBe(421);
    expect(await host.open(cookie, { headers, origin: `http://${headers.Host}` }).opened).toBe(421);
  });

  it.each<[string, (port: number) => string]>([
    ['another site', () => 'https://evil.example'],
    ['a page of another port', (port) => `http://127.0.0.1:${port - 1}`],
    ['our port under the other name', (port) => `http://localhost:${port}`],
    ['https', (port) => `https://127.0.0.1:${port}`],
    ['a page of no origin', () => 'null'],
    ['something behind it', (port) => `http://127.0.0.1:${port}.evil.example`],
  ])('is refused with the Origin of %s', async (_name, originOf) => {
    const host = await TestHost.start();
    const origin = originOf(host.port);
    const blocked = await host.ask(`/?token=${testToken}`, { headers: { Origin: origin } });
    expect(blocked.status).toBe(403);
    const cookie = await host.enter();
    expect((await host.ask('/', { headers: { Cookie: cookie, Origin: origin } })).status).toBe(403);
    expect(await host.open(cookie, { origin }).opened).toBe(403);
    expect(host.calls).toEqual([]);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH'])('by %s changes nothing', async (method) => {
    const host = await TestHost.start();
    expect((await host.ask(`/?token=${testToken}`, { method })).status).toBe(403);
    const cookie = await host.enter();
    const answer = await host.ask('/', { method, headers: { Cookie: cookie } });
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    expect(answer.body).not.toContain(cookie);
  });

  it.each([
    '/../package.json',
    '/assets/../../serve.json',
    '/%2e%2e/%2e%2e/etc/passwd',
    '//etc/passwd',
    '/assets\\..\\index.html',
    '/assets/',
    '/INDEX.HTML',
    'http://127.0.0.1/index.html',
    '*',
  ])('for %s finds no file', async (path) => {
    const host = await TestHost.start();
    const cookie = await host.enter();
    const raw = await sendRaw(
      host.port,
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
    );
    expect(raw).toMatch(/^HTTP\/1\.1 404 /);
    expect(raw).not.toContain('page</p>');
  });

  it('gets the headers that keep a page to itself, refused or not', async () => {
    const host = await TestHost.start();
    const cookie = await host.enter();
    const answers = [
      await host.ask('/'),
      await host.ask('/', { headers: { Host: 'x' } }),
      await host.ask('/', { headers: { Cookie: cookie } }),
      await host.ask('/nothing', { headers: { Cookie: cookie } }),
    ];
    for (const { headers } of answers)
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
      });
  });
});

describe('a caller that is no browser', () => {
  it.each([
    ['no HTTP', 'hello\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['HTTP/1.0 without a Host', 'GET / HTTP/1.0\r\n\r\n', /^HTTP\/1\.1 421 /],
    ['an empty Host', 'GET / HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 421 /],
    ['a header without end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(70_000)}`, /^HTTP\/1\.1 431 /],
    [
      'two lengths of one body',
      `GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    ['CONNECT', 'CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: x\r\n\r\n', /^$/],
  ])('is turned away with %s', async (_name, bytes, answer) => {
    const host = await TestHost.start();
    expect(await sendRaw(host.port, bytes)).toMatch(answer);
    await host.enter();
  });

  it('and sends its request drop by drop is hung up on', async () => {
    const host = await TestHost.start({ limits: { headersMs: 100 } });
    expect(await sendRaw(host.port, 'GET / HTTP/1.1\r\nHost: ')).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('reaches us at 127.0.0.1 alone', async () => {
    const host = await TestHost.start();
    const refused = await new Promise<string | undefined>((resolve) => {
      // All of 127.0.0.0/8 is this computer: a server on every address would answer here.
      const socket = connect(host.port, '127.0.0.2', () => resolve(undefined));
      socket.on('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    });
    expect(refused).toBe('ECONNREFUSED');
  });
});

describe('the end', () => {
  const upgrade = (port: number, more = ''): string =>
    `GET /contract HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${more}\r\n`;

  it('does not wait for a caller that was refused a WebSocket and does not hang up', async () => {
    const host = await TestHost.start();
    const socket = connect({ port: host.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    const refused = once(socket, 'data');
    socket.write(upgrade(host.port));
    expect(String((await refused)[0])).toMatch(/^HTTP\/1\.1 403 /);
    await host.host.close('the end');
  });

  it('is not undone by a window that is just being opened', async () => {
    const host = await TestHost.start();
    const cookie = await host.enter();
    const other = host.open(cookie);
    await other.opened;
    other.ws.pause();
    const socket = connect(host.port, '127.0.0.1');
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    const headers = ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='];
    const request = upgrade(host.port, [...headers, `Origin: ${host.origin}`, `Cookie: ${cookie}`, ''].join('\r\n'));
    // A request that has begun is not an idle connection, which the end would close.
    socket.write(request.slice(0, 20));
    expect((await host.ask('/')).status).toBe(403);
    // Takes a moment: the other window does not answer its goodbye.
    const ended = host.host.close('the end');
    socket.write(request.slice(20));
    await closed;
    await ended;
    expect(host.host.socketCount).toBe(0);
  });
});

describe('sessions', () => {
  it('do not end while a window is open, also when the computer slept past their end', async () => {
    const host = await TestHost.start({ limits: { pingEveryMs: 20 } });
    const cookie = await host.enter();
    const window = host.open(cookie);
    await window.opened;
    host.nowMs += 2 * sessionSeconds * 1000;
    await once(window.ws, 'ping');
    await once(window.ws, 'ping');
    expect((await host.ask('/', { headers: { Cookie: cookie } })).status).toBe(200);
  });

  it('outlive a restart on the same port, and are kept as digests alone', async () => {
    const first = await TestHost.start();
    const cookie = await first.enter();
    const key = cookie.split('=')[1] ?? '';
    expect(JSON.stringify(first.stored)).not.toContain(key);
    expect(first.stored[0]?.sha256).toBe(createHash('sha256').update(key).digest('hex'));
    const window = first.open(cookie);
    await window.opened;
    await first.host.close('restart');
    expect((await window.closed).code).toBe(1001);
    const second = await TestHost.start({ port: first.port, stored: first.stored });
    expect((await ask(second.port, '/', 'GET', { Cookie: cookie })).status).toBe(200);
    const back = second.open(cookie);
    expect(await back.opened).toBeUndefined();
    expect(await back.call('app.snapshot')).toMatchObject({ ok: true });
  });
});
