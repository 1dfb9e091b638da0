// A process that wants the lock of an installation when it is told to, and lets it go when it is told to.
import { isAppError } from '../../../shared/errors/app-error.ts';
import { lockInstallation, type InstallationLock } from '../installation-lock.ts';

let lock: InstallationLock | undefined;

process.on('message', (root) => {
  void (root === 'release' ? release() : contend(String(root))).then((word) => process.send?.(word));
});

async function contend(root: string): Promise<string> {
  try {
    lock = await lockInstallation(root);
    return 'won';
  } catch (error) {
    return isAppError(error) ? error.code : String(error);
  }
}

async function release(): Promise<string> {
  await lock?.release();
  lock = undefined;
  return 'released';
}
