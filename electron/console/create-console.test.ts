// The end of the console: every step is taken, whatever the ones before came to.
import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors/app-error.ts';
import { FakeSite, fakeVm } from '../engine/testing/fake-site.ts';
import { MemoryJournal } from '../engine/testing/memory-journal.ts';
import { countingRandom } from '../engine/testing/test-bench.ts';
import { TestClock } from '../engine/testing/test-clock.ts';
import { AppSettings } from './app-settings.ts';
import { createConsole } from './create-console.ts';
import { RepositoryAccess } from './repository-access.ts';

async function newConsole(failing: readonly ('repository' | 'target')[]) {
  const clock = new TestClock();
  const closed: string[] = [];
  const end = (what: 'repository' | 'target'): Promise<void> => {
    closed.push(what);
    return failing.includes(what) ? Promise.reject(new Error(`${what} would not close`)) : Promise.resolve();
  };
  const refuse = () => Promise.reject(new AppError('console.no-repository', {}));
  const repository = new RepositoryAccess({
    opener: { open: refuse, init: refuse, fingerprint: refuse },
    passwordStore: { save: refuse, forget: refuse },
    onChosen: refuse,
    onForgotten: refuse,
  });
  repository.close = () => end('repository');
  const console = await createConsole({
    target: {
      view: { kind: 'lab', name: 'fake' },
      port: new FakeSite(clock, [fakeVm('SQL01', 'hv01')]),
      close: () => end('target'),
    },
    repository,
    settings: new AppSettings({
      settings: { schemaVersion: 1 },
      passwordStore: { kind: 'private-file', description: '' },
      folders: { root: '/', repository: '/r', restored: '/o' },
      change: refuse,
    }),
    verifications: { read: refuse, record: refuse },
    browseFolders: refuse,
    journal: new MemoryJournal(),
    files: { exists: refuse, create: refuse },
    clock,
    random: countingRandom(),
    product: 'Stillpoint test',
    owner: { hostname: 'h', pid: 1, startedAtMs: 0 },
    isOwnerRunning: () => false,
  });
  return { console, closed };
}

describe('closing', () => {
  it('closes everything, in order', async () => {
    const { console, closed } = await newConsole([]);
    await console.close();
    expect(closed).toEqual(['repository', 'target']);
  });

  it.each([
    [['repository'], 'repository would not close'],
    [['repository', 'target'], 'repository would not close'],
    [['target'], 'target would not close'],
  ] as const)('lets go of the rest when %o will not, and throws the first failure', async (failing, message) => {
    const { console, closed } = await newConsole(failing);
    await expect(console.close()).rejects.toThrow(message);
    expect(closed).toEqual(['repository', 'target']);
  });
});
