// Access to the repository: what is chosen, where its password is kept, and one open repository for all who read.
import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors/app-error.ts';
import type { Repository } from '../repository/index.ts';
import { RepositoryAccess } from './repository-access.ts';

function newAccess(choice?: { location: string; password?: string }) {
  const log: string[] = [];
  const world = {
    fingerprint: 'one',
    failing: new Set<'save' | 'forget' | 'settings'>(),
    isThere: true,
  };
  const fail = (what: 'save' | 'forget' | 'settings', words: string): Promise<void> => {
    if (world.failing.has(what)) return Promise.reject(new AppError('file.not-writable', { path: '/p', reason: what }));
    log.push(words);
    return Promise.resolve();
  };
  let count = 0;
  const open = (location: string, password: string): Promise<Repository> => {
    count += 1;
    const number = count;
    log.push(`open ${location}`);
    if (password !== 'right') return Promise.reject(new AppError('repository.wrong-password', { location }));
    const repository = { id: `${number}`, close: () => Promise.resolve(void log.push(`close ${number}`)) };
    return Promise.resolve(repository as Partial<Repository> as Repository);
  };
  const access = new RepositoryAccess({
    opener: {
      open,
      init: open,
      fingerprint: () =>
        world.isThere ? Promise.resolve(world.fingerprint) : Promise.reject(new Error('the drive is not there')),
    },
    choice,
    passwordStore: {
      save: (location) => fail('save', `save ${location}`),
      forget: (location) => fail('forget', `forget ${location}`),
    },
    onChosen: (location, keep) => fail('settings', `chosen ${location} ${keep ?? 'as before'}`),
    onForgotten: () => fail('settings', 'forgotten'),
  });
  return { access, log, world };
}
const known = { location: '/r', password: 'right' };

describe('choosing a repository', () => {
  it('says what is missing', async () => {
    await expect(newAccess().access.open()).rejects.toMatchObject({ code: 'console.no-repository' });
    const { access } = newAccess({ location: '/r' });
    await expect(access.open()).rejects.toMatchObject({ code: 'console.no-password', params: { location: '/r' } });
    await expect(access.use(() => Promise.resolve())).rejects.toMatchObject({ code: 'console.no-password' });
    expect(access.view).toEqual({ location: '/r', hasPassword: false });
  });

  it('counts only once the password has opened it', async () => {
    const { access, log } = newAccess({ location: '/old', password: 'right' });
    await expect(access.choose('/new', 'wrong')).rejects.toMatchObject({ code: 'repository.wrong-password' });
    expect(access.location).toBe('/old');
    await access.choose('/new', 'right');
    expect(access.location).toBe('/new');
    expect(log).toEqual(['open /new', 'open /new', 'close 2', 'chosen /new as before']);
  });

  it.each([
    ['this-computer', ['open /new', 'close 1', 'save /new', 'chosen /new this-computer']],
    ['session', ['open /new', 'close 1', 'forget /new', 'chosen /new session']],
    [undefined, ['open /new', 'close 1', 'chosen /new as before']],
  ] as const)('keeps the password as asked: %s', async (keep, steps) => {
    const { access, log } = newAccess();
    await access.choose('/new', 'right', keep);
    expect(log).toEqual(steps);
  });

  it.each([
    ['the store', 'this-computer', 'save'],
    ['the store, when forgetting', 'session', 'forget'],
    ['the settings', 'this-computer', 'settings'],
  ] as const)('is as before when the password cannot be kept as asked: %s fails', async (_name, keep, what) => {
    const { access, log, world } = newAccess(known);
    world.failing.add(what);
    await expect(access.choose('/new', 'right', keep)).rejects.toMatchObject({
      code: 'console.password-not-kept',
      params: { location: '/new' },
    });
    expect(access.view).toEqual({ location: '/r', hasPassword: true });
    // What was saved already is taken back.
    if (log.includes('save /new')) expect(log.at(-1)).toBe('forget /new');
    expect(log.some((line) => line.startsWith('chosen'))).toBe(false);
  });

  it('makes changes one after the other: what was asked for last counts, in the settings as well', async () => {
    const { access, log } = newAccess();
    await Promise.all([access.choose('/a', 'right'), access.init('/b', 'right'), access.choose('/c', 'right')]);
    expect(access.location).toBe('/c');
    expect(log.filter((line) => line.startsWith('chosen'))).toEqual([
      'chosen /a as before',
      'chosen /b as before',
      'chosen /c as before',
    ]);
  });

  it('never shows the password', () => {
    const { access } = newAccess(known);
    expect(JSON.stringify([access, access.view])).not.toContain('right');
  });
});

describe('forgetting the password', () => {
  it('forgets it here and in the store, and keeps the repository chosen', async () => {
    const { access, log } = newAccess(known);
    await access.forgetPassword();
    expect(access.view).toEqual({ location: '/r', hasPassword: false });
    expect(log).toEqual(['forget /r', 'forgotten']);
  });

  it.each(['forget', 'settings'] as const)('says so when it stays on this computer: %s fails', async (what) => {
    const { access, world } = newAccess(known);
    world.failing.add(what);
    await expect(access.forgetPassword()).rejects.toMatchObject({ code: 'console.password-not-forgotten' });
    expect(access.view.hasPassword).toBe(false);
  });

  it('is nothing where no repository is chosen', async () => {
    const { access, log } = newAccess();
    await access.forgetPassword();
    expect(log).toEqual([]);
  });
});

describe('reading', () => {
  const idOf = (repository: Repository): Promise<string> => Promise.resolve(repository.id);

  it('opens once, however many read and one after the other', async () => {
    const { access, log } = newAccess(known);
    expect(await Promise.all([access.use(idOf), access.use(idOf), access.use(idOf)])).toEqual(['1', '1', '1']);
    expect(await access.use(idOf)).toBe('1');
    expect(log).toEqual(['open /r']);
    await access.close();
    expect(log).toEqual(['open /r', 'close 1']);
  });

  it('keeps it open when the work fails', async () => {
    const { access, log } = newAccess(known);
    await expect(access.use(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await access.use(idOf)).toBe('1');
    expect(log).toEqual(['open /r']);
  });

  it('opens anew when another repository stands in its place', async () => {
    const { access, log, world } = newAccess(known);
    await access.use(idOf);
    world.fingerprint = 'another';
    expect(await access.use(idOf)).toBe('2');
    expect(log).toEqual(['open /r', 'open /r', 'close 1']);
  });

  it('asks the repository itself when it cannot be looked at, and tries again the next time', async () => {
    const { access, log, world } = newAccess(known);
    await access.use(idOf);
    world.isThere = false;
    await expect(access.use(idOf)).rejects.toThrow('the drive is not there');
    world.isThere = true;
    expect(await access.use(idOf)).toBe('3');
    expect(log).toEqual(['open /r', 'open /r', 'close 1', 'close 2', 'open /r']);
  });

  it('tells everybody who waits why it could not be opened, and tries again the next time', async () => {
    const { access, log } = newAccess({ location: '/r', password: 'wrong' });
    const refusal = { status: 'rejected', reason: { code: 'repository.wrong-password' } };
    expect(await Promise.allSettled([access.use(idOf), access.use(idOf)])).toMatchObject([refusal, refusal]);
    const tries = log.length;
    await expect(access.use(idOf)).rejects.toMatchObject(refusal.reason);
    expect(log).toHaveLength(tries + 1);
  });

  it.each(['choose', 'forget', 'close'] as const)('closes it after its last reader: %s', async (how) => {
    const { access, log } = newAccess(known);
    const reading = Promise.withResolvers<undefined>();
    const isReading = Promise.withResolvers<undefined>();
    const long = access.use(async (repository) => {
      isReading.resolve(undefined);
      await reading.promise;
      return repository.id;
    });
    await isReading.promise;
    const change = { choose: () => access.choose('/new', 'right'), forget: () => access.forgetPassword() };
    const ending = how === 'close' ? access.close() : change[how]();
    // A choice does not wait for who still reads; the end of all does.
    if (how !== 'close') await ending;
    expect(log).not.toContain('close 1');
    reading.resolve(undefined);
    expect(await long).toBe('1');
    await ending;
    await access.close();
    expect(log).toContain('close 1');
  });

  it('gives nothing out that is being closed', async () => {
    const { access, log } = newAccess(known);
    await access.use(idOf);
    const choosing = access.choose('/new', 'right');
    await choosing;
    expect(await access.use(idOf)).toBe('3');
    expect(log.indexOf('close 1')).toBeGreaterThan(0);
  });
});
