// One reading of the site for all who ask; fresh where it has to be.
import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors/app-error.ts';
import type { HyperVPort } from '../engine/ports/hyperv.ts';
import { inventoryOf } from '../readiness/testing/inventories.ts';
import { SiteReader } from './site-reader.ts';

function newReader() {
  const inventory = inventoryOf({
    hosts: [
      { name: 'HV01', build: 20_348, vms: [{ name: 'A', version: '9.0' }] },
      { name: 'HV02', build: 20_348 },
    ],
  });
  const calls: string[] = [];
  const world: { answer: () => Promise<unknown>; silent: string | undefined } = {
    answer: () => Promise.resolve(),
    silent: undefined,
  };
  const port: Partial<HyperVPort> = {
    readSite: async () => {
      calls.push('site');
      await world.answer();
      return inventory.site;
    },
    readHost: (hostId) => {
      if (hostId === world.silent)
        return Promise.reject(new AppError('hyperv.host-unreachable', { host: hostId, reason: 'no route' }));
      return Promise.resolve(inventory.hosts.find(({ host }) => host.id === hostId)!);
    },
  };
  let nowMs = 0;
  const clock = { nowMs: () => (nowMs += 1), sleep: () => Promise.reject(new Error('nobody sleeps here')) };
  return { reader: new SiteReader(port as HyperVPort, clock), calls, world };
}

describe('reading the site', () => {
  it('is done once for all who ask at the same time, and not again until somebody wants it fresh', async () => {
    const { reader, calls } = newReader();
    const [one, two] = await Promise.all([reader.read({ refresh: false }), reader.read({ refresh: false })]);
    expect(one).toBe(two);
    expect(await reader.read({ refresh: false })).toBe(one);
    expect(calls).toHaveLength(1);
    const fresh = await reader.read({ refresh: true });
    expect(fresh).not.toBe(one);
    expect(await reader.read({ refresh: false })).toBe(fresh);
  });

  it('is done anew by who needs what holds now, once it is outdated', async () => {
    const { reader, calls } = newReader();
    const first = await reader.readCurrent();
    expect(await reader.readCurrent()).toBe(first);
    reader.outdate();
    // A page of the same reading stays what it was.
    expect(await reader.read({ refresh: false })).toBe(first);
    expect(await reader.readCurrent()).not.toBe(first);
    expect(calls).toHaveLength(2);
  });

  it('is outdated again by what happens while it goes on', async () => {
    const { reader, world } = newReader();
    await reader.readCurrent();
    const gate = Promise.withResolvers<unknown>();
    world.answer = () => gate.promise;
    const slow = reader.read({ refresh: true });
    reader.outdate();
    gate.resolve(undefined);
    const during = await slow;
    expect(await reader.readCurrent()).not.toBe(during);
  });

  it('does not let a slow answer take the place of a later one', async () => {
    const { reader, world } = newReader();
    const gate = Promise.withResolvers<unknown>();
    world.answer = () => gate.promise;
    const slow = reader.read({ refresh: true });
    world.answer = () => Promise.resolve();
    const later = await reader.read({ refresh: true });
    gate.resolve(undefined);
    await slow;
    expect(await reader.read({ refresh: false })).toBe(later);
  });

  it('keeps the last one when the site does not answer, and names a silent host', async () => {
    const { reader, world } = newReader();
    const first = await reader.read({ refresh: false });
    world.answer = () => Promise.reject(new AppError('hyperv.host-unreachable', { host: 'x', reason: 'y' }));
    await expect(reader.read({ refresh: true })).rejects.toMatchObject({ code: 'hyperv.host-unreachable' });
    expect(await reader.read({ refresh: false })).toBe(first);
    world.answer = () => Promise.resolve();
    world.silent = 'hv02';
    const { inventory } = await reader.read({ refresh: true });
    expect(inventory.unreachable).toEqual([{ hostId: 'hv02', name: 'HV02', reason: 'no route' }]);
    expect(inventory.hosts).toHaveLength(1);
  });
});
