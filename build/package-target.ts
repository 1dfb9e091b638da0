// What can be packed, and how the parts of a packed app are named on each system.
import { join } from 'node:path';

export type PackageTarget = 'linux' | 'win';

export const packageTargets: readonly PackageTarget[] = ['linux', 'win'];

interface TargetNames {
  /** As Node names it, in process.platform-process.arch; sodium-native's folders too. */
  readonly nativeFolder: string;
  readonly executable: string;
  /** Name of the binary in the Electron runtime, before it becomes ours. */
  readonly runtimeExecutable: string;
  /** What electron-builder calls the folder with the packed app. */
  readonly unpackedFolder: string;
}

export const namesOf: Readonly<Record<PackageTarget, TargetNames>> = {
  linux: {
    nativeFolder: 'linux-x64',
    executable: 'stillpoint',
    runtimeExecutable: 'electron',
    unpackedFolder: 'linux-unpacked',
  },
  win: {
    nativeFolder: 'win32-x64',
    executable: 'Stillpoint.exe',
    runtimeExecutable: 'electron.exe',
    unpackedFolder: 'win-unpacked',
  },
};

export interface PackedApp {
  readonly executable: string;
  readonly resources: string;
  readonly asar: string;
}

/** Where things lie in a packed app. @param folder what electron-builder calls appOutDir */
export function packedAppIn(folder: string, target: PackageTarget): PackedApp {
  const resources = join(folder, 'resources');
  return { executable: join(folder, namesOf[target].executable), resources, asar: join(resources, 'app.asar') };
}
