// The contract's promises: a missing handler does not compile, input is checked, errors are data, names from outside
// reach nothing but what is in the table.
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';
import { contract, contractVersion } from './contract.ts';
import { event, invoke, output, type Api, type ContractGroup, type Handlers, type Result } from './define-contract.ts';
import { entryNames } from './entry-names.ts';
import { callNames, invokeHandler } from './invoke-handler.ts';

const table = {
  shop: {
    greet: invoke({ input: z.strictObject({ name: z.string().max(5) }), output: output<string>() }),
    fail: invoke({ input: z.undefined(), output: output<never>() }),
    count: invoke({ input: z.object({ by: z.number().default(1) }), output: output<number>() }),
    changed: event(output<{ readonly seq: number }>()),
  },
} as const;

const handlers: Handlers<typeof table> = {
  shop: {
    greet: async ({ name }) => `hello ${name}`,
    fail: async () => {
      throw new TypeError('something broke', { cause: new Error('underneath') });
    },
    count: async ({ by }) => by,
  },
};

describe('the types of a contract', () => {
  it('do not accept a backend in which a handler is missing', () => {
    const { greet, count } = handlers.shop;
    // @ts-expect-error -- `fail` is missing: leaving out a handler must not compile, which is the point of the table.
    const incomplete: Handlers<typeof table> = { shop: { greet, count } };
    expect(Object.keys(incomplete.shop)).toEqual(['greet', 'count']);
  });

  it('give callers results and listeners, with defaults not yet filled in', () => {
    expectTypeOf<Api<typeof table>['shop']['greet']>().returns.resolves.toEqualTypeOf<Result<string>>();
    expectTypeOf<Parameters<Api<typeof table>['shop']['count']>[0]>().toEqualTypeOf<{ by?: number | undefined }>();
    expectTypeOf<Parameters<Handlers<typeof table>['shop']['count']>[0]>().toEqualTypeOf<{ by: number }>();
    expectTypeOf<Parameters<Api<typeof table>['shop']['changed']>[0]>().parameter(0).toEqualTypeOf<{
      readonly seq: number;
    }>();
  });
});

describe('invokeHandler', () => {
  const call = (name: string, input?: unknown) => invokeHandler(table, handlers, name, input);

  it('parses, calls and wraps', async () => {
    expect(await call('shop.greet', { name: 'Anna' })).toEqual({ ok: true, value: 'hello Anna' });
    expect(await call('shop.count', {})).toEqual({ ok: true, value: 1 });
  });

  it.each([
    ['too long', { name: 'longer than five' }, 'name'],
    ['wrong type', { name: 5 }, 'name'],
    ['missing', {}, 'name'],
    ['nothing', undefined, 'the input'],
    ['unknown key', { name: 'Anna', admin: true }, 'the input'],
  ])('refuses input that does not fit: %s', async (_name, input, field) => {
    expect(await call('shop.greet', input)).toMatchObject({
      ok: false,
      error: { code: 'contract.invalid-input', params: { call: 'shop.greet', field } },
    });
  });

  it('turns what a handler throws into data, with the cause kept', async () => {
    const result = await call('shop.fail');
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'bug.unexpected', params: { reason: 'something broke' } },
    });
    expect(structuredClone(result)).toEqual(result);
    expect(JSON.stringify(result)).toContain('underneath');
  });

  it('keeps an error of ours as it is', async () => {
    const own: Handlers<typeof table> = {
      shop: { ...handlers.shop, greet: async () => Promise.reject(new AppError('console.no-repository', {})) },
    };
    const result = await invokeHandler(table, own, 'shop.greet', { name: 'A' });
    expect(result).toMatchObject({ ok: false, error: { code: 'console.no-repository', category: 'user' } });
  });

  it.each(['', 'shop', 'shop.', '.greet', 'shop.changed', 'shop.greet.call', 'Shop.greet', 'shop.toString'])(
    'knows no call %j',
    async (name) => {
      expect(await call(name, { name: 'A' })).toMatchObject({ ok: false, error: { code: 'contract.unknown-call' } });
    },
  );

  it('reaches nothing that objects inherit, whatever the name', async () => {
    const inherited = fc.constantFrom('__proto__', 'constructor', 'hasOwnProperty', 'valueOf', 'shop', 'prototype');
    await fc.assert(
      fc.asyncProperty(fc.oneof(inherited, fc.string()), fc.oneof(inherited, fc.string()), async (group, key) => {
        fc.pre(group !== 'shop' || !['greet', 'fail', 'count'].includes(key));
        expect(await call(`${group}.${key}`, {})).toMatchObject({ error: { code: 'contract.unknown-call' } });
      }),
    );
  });
});

describe('the contract of the product', () => {
  it('has the groups the window and the command line build on', () => {
    expect(contractVersion).toBe(2);
    expect(callNames(contract)).toEqual([
      'app.snapshot',
      'site.inventory',
      'site.gates',
      'site.readiness',
      'site.vms',
      'runs.preview',
      'runs.plan',
      'runs.start',
      'runs.answer',
      'runs.cancel',
      'runs.show',
      'runs.history',
      'restorePoints.list',
      'restorePoints.show',
      'restorePoints.verify',
      'restorePoints.restore',
      'repository.makePassword',
      'repository.init',
      'repository.open',
      'repository.forgetPassword',
      'repository.status',
      'repository.check',
      'operations.cancel',
      'settings.change',
      'folders.list',
      'leftovers.list',
      'leftovers.clean',
      'lab.status',
      'lab.startGuests',
      'lab.stopGuests',
      'lab.createForeignCheckpoint',
    ]);
  });

  it('has the names that code without the schemas works with, and no others', () => {
    const groups = Object.entries<ContractGroup>(contract).map(([group, entries]) => [
      group,
      Object.fromEntries(Object.entries(entries).map(([key, { kind }]) => [key, kind])),
    ]);
    expect(entryNames).toEqual(Object.fromEntries(groups));
  });

  const vmId = '0B1CE123-0000-4000-8000-000000000001';
  it.each<[string, { safeParse: (value: unknown) => { success: boolean } }, unknown, boolean]>([
    ['a VM id, any case', contract.runs.start.input, { vmIds: [vmId] }, true],
    ['no VM', contract.runs.start.input, { vmIds: [] }, false],
    ['too many VMs', contract.runs.start.input, { vmIds: Array.from({ length: 10_001 }, () => vmId) }, false],
    ['a VM id with a command in it', contract.runs.start.input, { vmIds: [`${vmId}; reboot`] }, false],
    ['an unknown mode', contract.runs.start.input, { vmIds: [vmId], mode: 'fast' }, false],
    ['a path with a zero byte', contract.restorePoints.restore.input, { id: 'abcd', folder: '/tmp/\0' }, false],
    ['a path too long', contract.restorePoints.restore.input, { id: 'abcd', folder: 'x'.repeat(5000) }, false],
    ['an id that is no hex', contract.restorePoints.show.input, { id: '../../etc' }, false],
    ['a short id', contract.restorePoints.show.input, { id: 'abcdef12' }, true],
    ['an empty password', contract.repository.init.input, { location: '/r', password: '' }, false],
    ['a page of history', contract.runs.history.input, { limit: 5 }, true],
    ['a page too large', contract.runs.history.input, { limit: 1e9 }, false],
    ['a run id that is none', contract.runs.cancel.input, { runId: 'r-1' }, false],
    ['no VM to look at', contract.runs.preview.input, { vmIds: [] }, true],
    ['an unknown consistency', contract.runs.preview.input, { vmIds: [vmId], consistency: 'best' }, false],
    ['a page of VMs', contract.site.vms.input, { after: vmId, limit: 1000 }, true],
    ['a page of too many VMs', contract.site.vms.input, { limit: 1001 }, false],
    ['a page after something that is no VM', contract.site.vms.input, { after: 'SQL01' }, false],
    ['a page of restore points', contract.restorePoints.list.input, { limit: 1, before: 'ABCD12' }, true],
    ['a page of no restore point', contract.restorePoints.list.input, { limit: 0 }, false],
    ['a password kept here', contract.repository.open.input, { location: '/r', password: 'x', keep: 'session' }, true],
    [
      'a password kept in a file',
      contract.repository.open.input,
      { location: '/r', password: 'x', keep: 'file' },
      false,
    ],
    ['no change', contract.settings.change.input, {}, true],
    ['an appearance', contract.settings.change.input, { appearance: 'high-contrast' }, true],
    ['an unknown appearance', contract.settings.change.input, { appearance: 'neon' }, false],
    ['too many VMs at once', contract.settings.change.input, { vmsAtOnce: 33 }, false],
    ['half a VM', contract.settings.change.input, { vmsPerHost: 0.5 }, false],
    ['a setting that does not exist', contract.settings.change.input, { isAdmin: true }, false],
    ['no folder', contract.folders.list.input, {}, true],
    ['a folder with a zero byte', contract.folders.list.input, { path: '/a\0b' }, false],
    ['an empty folder name', contract.folders.list.input, { path: '' }, false],
    ['all leftovers', contract.leftovers.clean.input, { ids: 'all' }, true],
    ['some other word', contract.leftovers.clean.input, { ids: 'everything' }, false],
  ])('input with %s', (_name, schema, value, fits) => {
    expect(schema.safeParse(value).success).toBe(fits);
  });
});
