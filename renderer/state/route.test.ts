// Addresses: whatever stands in one leads to a screen, and back again.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRoute, formatRoute, parseRoute, screens } from './route.ts';

describe('the address', () => {
  it('names a screen and a subject, both ways', () => {
    const subject = fc.option(fc.stringMatching(/^[A-Za-z0-9-]{1,128}$/), { nil: undefined });
    fc.assert(
      fc.property(fc.constantFrom(...screens), subject, (screen, thing) => {
        const route = thing === undefined ? { screen } : { screen, subject: thing };
        expect(parseRoute(formatRoute(route))).toEqual(route);
      }),
    );
  });

  it.each(['', '#', '#/', '#/nowhere', '#/readiness/../../etc', '#/readiness/%2e%2e', '#/constructor'])(
    '%j leads to the first screen',
    (hash) => expect(parseRoute(hash)).toEqual({ screen: 'readiness' }),
  );

  it('never fails, whatever stands in it', () => {
    fc.assert(fc.property(fc.string(), (hash) => screens.includes(parseRoute(hash).screen)));
  });

  it('follows the back button', () => {
    let hash = '#/activity';
    let changed: () => void = () => undefined;
    const { store, go } = createRoute({
      hash: () => hash,
      go: (to) => (hash = to),
      onChange: (listener) => (changed = listener),
    });
    go({ screen: 'settings' });
    expect([hash, store.getState().screen]).toEqual(['#/settings', 'settings']);
    hash = '#/activity/r-1';
    changed();
    expect(store.getState()).toEqual({ screen: 'activity', subject: 'r-1' });
  });
});
