// Finds an unpacked Electron runtime on this machine and says for which system it is. Downloads nothing.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { namesOf, packageTargets, type PackageTarget } from './package-target.ts';

export interface ElectronRuntime {
  readonly folder: string;
  readonly target: PackageTarget;
}

export interface RuntimeSearch {
  readonly projectFolder: string;
  /** ELECTRON_DIST: folder of a runtime got by other means; asked for, it must be there. */
  readonly askedFor: string | undefined;
}

/** The runtime, or undefined where there is none; throws where one was asked for and is not the right thing. */
export function findElectronRuntime({ projectFolder, askedFor }: RuntimeSearch): ElectronRuntime | undefined {
  const asked = askedFor !== undefined && askedFor !== '';
  const folder = asked ? askedFor : join(projectFolder, 'node_modules', 'electron', 'dist');
  const target = packageTargets.find((name) =>
    statSync(join(folder, namesOf[name].runtimeExecutable), { throwIfNoEntry: false })?.isFile(),
  );
  if (target === undefined) {
    if (!asked) return undefined;
    throw new Error(`ELECTRON_DIST is ${askedFor}, where no Electron runtime for Windows or Linux lies.`);
  }
  const versionPath = join(folder, 'version');
  const version = existsSync(versionPath) ? readFileSync(versionPath, 'utf8').trim().replace(/^v/, '') : 'unknown';
  const wanted = wantedVersion(projectFolder);
  if (version !== wanted)
    throw new Error(`The Electron runtime in ${folder} is version ${version}; Stillpoint is built for ${wanted}.`);
  return { folder, target };
}

function wantedVersion(projectFolder: string): string {
  const path = join(projectFolder, 'node_modules', 'electron', 'package.json');
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
  return version;
}
