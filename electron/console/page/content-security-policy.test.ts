// The policy, read as a browser reads it: a misspelt directive would be left out in silence and let everything through.
import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy } from './content-security-policy.ts';

/** CSP Level 3, section 2.2.1: directives end with `;`, names and values are divided by white space, the first counts. */
function parse(policy: string): ReadonlyMap<string, readonly string[]> {
  const directives = new Map<string, readonly string[]>();
  for (const token of policy.split(';')) {
    const [name, ...values] = token.trim().split(/[\t\n\f\r ]+/);
    if (name === undefined || name === '') throw new Error(`an empty directive in ${policy}`);
    if (directives.has(name)) throw new Error(`${name} stands twice`);
    directives.set(name, values);
  }
  return directives;
}

/** Directives that exist, each with what may stand in it. A browser knows no others. */
const fetchSource = /^('none'|'self'|data:|'nonce-[A-Za-z0-9+/_-]+={0,2}')$/;
const known: Readonly<Record<string, RegExp>> = {
  'default-src': fetchSource,
  'script-src': fetchSource,
  'style-src': fetchSource,
  'img-src': fetchSource,
  'font-src': fetchSource,
  'connect-src': fetchSource,
  'base-uri': /^'(none|self)'$/,
  'form-action': /^'(none|self)'$/,
  'frame-ancestors': /^'(none|self)'$/,
  'require-trusted-types-for': /^'script'$/,
  'trusted-types': /^'none'$/,
};

describe('the policy of the page', () => {
  const policy = contentSecurityPolicy({ nonce: 'c29tZS1ub25jZQ' });
  const directives = parse(policy);

  it('is made of directives and sources that browsers know', () => {
    for (const [name, values] of directives) {
      expect(Object.hasOwn(known, name), `${name} is a directive`).toBe(true);
      expect(values.length, `${name} says something`).toBeGreaterThan(0);
      for (const value of values) expect(value).toMatch(known[name]!);
    }
  });

  it('lets nothing in but what is ours', () => {
    expect(Object.fromEntries(directives)).toEqual({
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'", "'nonce-c29tZS1ub25jZQ'"],
      'img-src': ["'self'", 'data:'],
      'font-src': ["'self'"],
      'connect-src': ["'self'"],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
      'frame-ancestors': ["'none'"],
      'require-trusted-types-for': ["'script'"],
      'trusted-types': ["'none'"],
    });
  });

  it('runs no inline script, no code made from text, and nothing from another place', () => {
    expect(policy).not.toMatch(/unsafe|eval|strict-dynamic|https?:|wss?:|\*|blob:/);
    expect(directives.get('script-src')?.join()).not.toContain('nonce');
  });

  it.each(["a'; script-src *", 'a b', 'a;b', "a'", '', 'a\nb', 'ä'])(
    'takes no nonce that could write a directive of its own: %j',
    (nonce) => {
      expect(() => contentSecurityPolicy({ nonce })).toThrow(expect.objectContaining({ code: 'bug.unexpected' }));
    },
  );
});
