// What electron-builder calls when a folder is packed and nothing is signed yet: the file list is held against ours,
// and the fuses are set. A throw here stops the packing.
import type { AfterPackContext } from 'electron-builder';
import { checkPackedApp } from './check-packed-app.ts';
import { setFuses } from './fuses.ts';
import { packedAppIn, packageTargets, type PackageTarget } from './package-target.ts';

export async function afterPack(context: Pick<AfterPackContext, 'appOutDir' | 'electronPlatformName'>): Promise<void> {
  const target = targetNamed(context.electronPlatformName);
  const problems = await checkPackedApp(context.appOutDir, target);
  if (problems.length > 0) throw new Error(`The packed app is not what it should be:\n  ${problems.join('\n  ')}`);
  await setFuses(packedAppIn(context.appOutDir, target).executable);
}

function targetNamed(platform: string): PackageTarget {
  const target = packageTargets.find((known) => platform.startsWith(known));
  if (target === undefined) throw new Error(`No packaging for ${platform}`);
  return target;
}
