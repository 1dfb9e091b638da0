// The table of files against every way to ask for what is not in it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noncePlaceholder, respondWithPage, securityHeaders, type PageFiles } from './page-response.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const files: PageFiles = new Map([
  [
    '/index.html',
    {
      contentType: 'text/html; charset=utf-8',
      bytes: bytes(`<meta nonce="${noncePlaceholder}"><p>ä</p><i nonce="${noncePlaceholder}">`),
    },
  ],
  ['/assets/index-4f2a.js', { contentType: 'text/javascript; charset=utf-8', bytes: bytes(`"${noncePlaceholder}"`) }],
]);
const nonce = 'bm9uY2Utb2YtdGhpcy1hbnN3ZXI';
const get = (path: string, method = 'GET') => respondWithPage(files, { method, path, nonce });
const text = (body: Uint8Array): string => new TextDecoder().decode(body);

describe('the page', () => {
  it.each(['/', '/index.html'])(
    'at %s carries its nonce in the policy and in itself, and is never an old one',
    (path) => {
      const { status, headers, body } = get(path);
      expect(status).toBe(200);
      expect(text(body)).toBe(`<meta nonce="${nonce}"><p>ä</p><i nonce="${nonce}">`);
      expect(headers).toMatchObject({ ...securityHeaders, 'Content-Type': 'text/html; charset=utf-8' });
      expect(headers['Content-Length']).toBe(String(body.byteLength));
      expect(headers['Cache-Control']).toBe('no-store');
      expect(headers['Content-Security-Policy']).toContain(`'nonce-${nonce}'`);
    },
  );

  it('hands out an asset as it is, for good', () => {
    const { status, headers, body } = get('/assets/index-4f2a.js');
    expect(status).toBe(200);
    expect(text(body)).toBe(`"${noncePlaceholder}"`);
    expect(headers['Content-Type']).toBe('text/javascript; charset=utf-8');
    expect(headers['Cache-Control']).toContain('immutable');
  });

  it.each(['/', '/assets/index-4f2a.js'])('answers HEAD for %s with the headers of GET alone', (path) => {
    const head = get(path, 'HEAD');
    expect(head).toEqual({ ...get(path), body: new Uint8Array() });
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'PATCH', 'get', '', 'GET '])(
    'answers nothing to the method %j',
    (method) => {
      expect(get('/', method)).toMatchObject({ status: 405, headers: { Allow: 'GET, HEAD', ...securityHeaders } });
    },
  );
});

describe('a path that is not in the table', () => {
  it.each([
    '',
    'index.html',
    'assets/index-4f2a.js',
    '//',
    '//index.html',
    '/./index.html',
    '/../index.html',
    '/..',
    '/../',
    '/../../etc/passwd',
    '/assets/../index.html',
    '/assets/..%2findex.html',
    '/%2e%2e/index.html',
    '/%2e%2e%2findex.html',
    '/%252e%252e/index.html',
    '/%69ndex.html',
    '/..%5cindex.html',
    '\\index.html',
    '/\\index.html',
    '/assets\\index-4f2a.js',
    '/assets/index-4f2a.js/',
    '/assets/',
    '/assets',
    '/index.html/',
    '/index.html?x',
    '/?x',
    '/index.html#x',
    '/index.html.',
    '/index.html ',
    '/index.html%00',
    '/index.html\0',
    '/\0',
    '/index.html::$DATA',
    '/index.html;x',
    '/INDEX.HTML',
    '/Index.html',
    '/index.htm',
    '/C:/index.html',
    '/c%3a/index.html',
    '//evil.example/index.html',
    'http://127.0.0.1/index.html',
    'file:///index.html',
    'app://stillpoint/index.html',
    '/constructor',
    '/__proto__',
    '/toString',
    'constructor',
    '__proto__',
    'size',
    '/index\u2024html',
    '/ındex.html',
    '/index.html\u200b',
    '/．．/index.html',
  ])('%j is no file', (path) => {
    const { status, body, headers } = get(path);
    expect(status).toBe(404);
    expect(text(body)).toBe('There is no such file.\n');
    expect(headers).toMatchObject({ ...securityHeaders, 'Content-Type': 'text/plain; charset=utf-8' });
  });

  it('whatever else is asked for, nothing but the two files is found', () => {
    const part = fc.constantFrom('..', '.', '', '%2e%2e', 'assets', 'index.html', '\\', 'etc', 'index-4f2a.js', '\0');
    const made = fc.oneof(
      fc.string(),
      fc.webPath(),
      fc.array(part, { maxLength: 6 }).map((parts) => `/${parts.join('/')}`),
    );
    fc.assert(fc.property(made, (path) => path === '/' || files.has(path) || get(path).status === 404));
  });
});
