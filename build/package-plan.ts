// Decides what `npm run package` makes on a machine, and says what it cannot make and why. Pure.
import type { ElectronRuntime } from './electron-runtime.ts';
import { packageTargets, type PackageTarget } from './package-target.ts';

export type PackageStep =
  | { readonly kind: 'product'; readonly produce: 'folder' | 'installer'; readonly runtime: ElectronRuntime }
  | { readonly kind: 'check'; readonly target: PackageTarget };

export interface PackagePlan {
  readonly steps: readonly PackageStep[];
  /** One sentence each, for the end of the output. */
  readonly notMade: readonly string[];
}

export interface PackagePlanInput {
  /** As in process.platform. */
  readonly platform: string;
  readonly runtime: ElectronRuntime | undefined;
}

const noLinuxRuntime = 'No Linux folder: that needs the Electron runtime for Linux.';
const noWindowsRuntime = 'No Windows installer: that needs Windows and the Electron runtime for Windows.';
const onlyOnWindows =
  "No Windows installer: electron-builder makes it with Windows' own tools and with NSIS parts it downloads; run this on Windows.";

export function planPackaging({ platform, runtime }: PackagePlanInput): PackagePlan {
  if (runtime === undefined)
    return {
      steps: packageTargets.map((target) => ({ kind: 'check', target })),
      notMade: [
        'No Electron runtime on this machine: no installer was made; the file list was proved.',
        'With network access `npx install-electron` brings the runtime; or name its folder in ELECTRON_DIST.',
        ...(platform === 'win32' ? [] : [onlyOnWindows]),
      ],
    };
  if (runtime.target === 'linux')
    return { steps: [{ kind: 'product', produce: 'folder', runtime }], notMade: [noWindowsRuntime] };
  return platform === 'win32'
    ? { steps: [{ kind: 'product', produce: 'installer', runtime }], notMade: [noLinuxRuntime] }
    : { steps: [{ kind: 'product', produce: 'folder', runtime }], notMade: [onlyOnWindows, noLinuxRuntime] };
}
