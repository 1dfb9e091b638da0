// A repository that was made in the window, with its password kept on this computer, needs no password on the command line.
import { expect, it } from 'vitest';
import { tempDir } from '../../testing/temp-dir.ts';
import { repositoryWorkerSourceUrl } from '../console/composition.ts';
import { openWindowConsole } from '../console/window-console.ts';
import { appFolders, privateFilePasswordStore } from '../platform/index.ts';
import { jsonOf, runStillpoint } from './testing/stillpoint-process.ts';

it.each([
  ['this-computer', 0],
  ['session', 1],
] as const)('a password that is kept for %s ends the command line with %i', async (keep, exitCode) => {
  const dir = tempDir();
  const folders = appFolders(dir, {});
  const console = await openWindowConsole({
    folders,
    workerUrl: repositoryWorkerSourceUrl,
    passwordStore: privateFilePasswordStore(folders.root),
    environment: {},
    scenario: 'standalone-host',
  });
  const made = await console.api.repository.init({ location: folders.repository, password: 'of the window', keep });
  await console.close();
  expect(made).toMatchObject({ ok: true, value: { isOpen: true } });
  const args = ['restore-points', 'list', '--dir', dir];
  expect((await runStillpoint(args)).exitCode).toBe(exitCode);
  expect(await jsonOf(args)).toMatchObject(
    exitCode === 0 ? { ok: true, restorePoints: [] } : { ok: false, error: { code: 'console.no-password' } },
  );
});
