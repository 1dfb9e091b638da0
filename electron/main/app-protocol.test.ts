// app://stillpoint/ against everything that might lead out of its table of files.
import { describe, expect, it } from 'vitest';
import type { PageFiles } from '../console/page/page-response.ts';
import { answerPageRequest, pageSchemes, servePage } from './app-protocol.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const files: PageFiles = new Map([
  ['/index.html', { contentType: 'text/html; charset=utf-8', bytes: bytes('<meta nonce="__STILLPOINT_NONCE__">') }],
  ['/assets/index-4f2a.js', { contentType: 'text/javascript; charset=utf-8', bytes: bytes('export {};') }],
]);
const answer = (url: string, method = 'GET') => answerPageRequest(files, { url, method }, 'bm9uY2U=');

describe('app://stillpoint/', () => {
  it('is standard and secure, and goes round no policy', () => {
    expect(pageSchemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
  });

  it('hands out the page with a nonce that stands in the policy and in the page', async () => {
    const response = answer('app://stillpoint/index.html');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('<meta nonce="bm9uY2U=">');
    const policy = response.headers.get('Content-Security-Policy') ?? '';
    const directives = new Map(policy.split('; ').map((directive) => [directive.split(' ')[0], directive]));
    expect(directives.get('default-src')).toBe("default-src 'none'");
    expect(directives.get('script-src')).toBe("script-src 'self'");
    expect(directives.get('style-src')).toBe("style-src 'self' 'nonce-bm9uY2U='");
    expect(directives.get('require-trusted-types-for')).toBe("require-trusted-types-for 'script'");
    expect(policy).not.toContain('unsafe');
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
  });

  it('hands out an asset with its type', async () => {
    const response = answer('app://stillpoint/assets/index-4f2a.js');
    expect([response.status, response.headers.get('Content-Type')]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect(await response.text()).toBe('export {};');
  });

  it('never gives the same nonce twice', async () => {
    let handler: ((request: Request) => Response) | undefined;
    let count = 0;
    const protocol = { handle: (_scheme: string, given: unknown) => void (handler = given as typeof handler) };
    servePage(protocol, files, () => `nonce-${(count += 1)}`);
    const request = () => handler?.(new Request('app://stillpoint/index.html'));
    expect(await request()?.text()).toContain('nonce-1');
    expect(await request()?.text()).toContain('nonce-2');
  });

  it.each([
    ['parent folder', 'app://stillpoint/../index.html'],
    ['parent in the middle', 'app://stillpoint/assets/../index.html'],
    ['encoded dots', 'app://stillpoint/%2e%2e/index.html'],
    ['encoded slash', 'app://stillpoint/assets%2findex-4f2a.js'],
    ['encoded letter of a file that is there', 'app://stillpoint/%69ndex.html'],
    ['encoded twice', 'app://stillpoint/%252e%252e/index.html'],
    ['overlong encoding', 'app://stillpoint/%c0%ae%c0%ae/index.html'],
    ['backslash', 'app://stillpoint/assets\\index-4f2a.js'],
    ['backslash to the parent', 'app://stillpoint/..\\index.html'],
    ['encoded backslash', 'app://stillpoint/..%5cindex.html'],
    ['zero byte', 'app://stillpoint/index.html\0.js'],
    ['encoded zero byte', 'app://stillpoint/index.html%00'],
    ['absolute path', 'app://stillpoint//etc/passwd'],
    ['drive', 'app://stillpoint/C:/Windows/win.ini'],
    ['stream', 'app://stillpoint/index.html::$DATA'],
    ['another host', 'app://elsewhere/index.html'],
    ['a host that begins as ours', 'app://stillpoint.evil/index.html'],
    ['a host that ends as ours', 'app://evil.stillpoint/index.html'],
    ['upper case host', 'app://STILLPOINT/index.html'],
    ['upper case scheme', 'APP://stillpoint/index.html'],
    ['upper case file', 'app://stillpoint/INDEX.HTML'],
    ['port', 'app://stillpoint:80/index.html'],
    ['credentials', 'app://user:word@stillpoint/index.html'],
    ['empty credentials', 'app://@stillpoint/index.html'],
    ['query', 'app://stillpoint/index.html?x=1'],
    ['empty query', 'app://stillpoint/index.html?'],
    ['fragment', 'app://stillpoint/index.html#/restore'],
    ['no path', 'app://stillpoint'],
    ['the folder itself', 'app://stillpoint/'],
    ['folder of the assets', 'app://stillpoint/assets/'],
    ['doubled slash', 'app://stillpoint/assets//index-4f2a.js'],
    ['trailing dot', 'app://stillpoint/index.html.'],
    ['trailing space', 'app://stillpoint/index.html '],
    ['hidden file', 'app://stillpoint/.env'],
    ['a file that is not there', 'app://stillpoint/main.js'],
    ['what every object inherits', 'app://stillpoint/__proto__'],
    ['no host', 'app:/index.html'],
    ['another scheme', 'file://stillpoint/index.html'],
    ['nothing', ''],
  ])('refuses: %s', async (_case, url) => {
    const response = answer(url);
    expect(response.status).toBe(404);
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(await response.text()).toBe('There is no such file.\n');
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'get', ''])('refuses the method %j', (method) => {
    expect(answer('app://stillpoint/index.html', method).status).toBe(405);
  });

  it('answers HEAD without a body', async () => {
    const response = answer('app://stillpoint/index.html', 'HEAD');
    expect([response.status, await response.text()]).toEqual([200, '']);
  });
});
