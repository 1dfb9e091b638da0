// Packs one target with one runtime into one folder, through electron-builder, and judges the outcome once more when
// resources have been edited and files signed.
import { Arch, build, Platform } from 'electron-builder';
import { join, resolve } from 'node:path';
import { checkPackedApp } from './check-packed-app.ts';
import { packagingConfiguration, type PackagingOptions } from './electron-builder.ts';
import { expectFuses } from './fuses.ts';
import { namesOf, packedAppIn } from './package-target.ts';

export interface PackOptions extends PackagingOptions {
  /** `folder`: the app as it would be installed. `installer`: what `electron-builder.ts` names for the target. */
  readonly produce: 'folder' | 'installer';
}

export interface PackOutcome {
  /** The app as it would be installed. */
  readonly folder: string;
  /** Installers, if any. */
  readonly artifacts: readonly string[];
}

const projectFolder = resolve(import.meta.dirname, '..');

export async function packApp(options: PackOptions): Promise<PackOutcome> {
  const { target, outputFolder, produce } = options;
  const platform = target === 'win' ? Platform.WINDOWS : Platform.LINUX;
  const artifacts = await build({
    projectDir: projectFolder,
    targets: platform.createTarget(produce === 'folder' ? 'dir' : null, Arch.x64),
    config: packagingConfiguration(options),
    publish: 'never',
  });
  const folder = join(outputFolder, namesOf[target].unpackedFolder);
  const problems = await checkPackedApp(folder, target);
  if (problems.length > 0) throw new Error(`The finished app is not what it should be:\n  ${problems.join('\n  ')}`);
  await expectFuses(packedAppIn(folder, target).executable);
  return { folder, artifacts };
}
