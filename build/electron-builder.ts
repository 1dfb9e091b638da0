// How electron-builder packs Stillpoint. Owns names, targets and signing; the file list is packed-files.ts, the fuses
// are fuses.ts. Signing comes from the environment alone (docs/packaging.md), and no setting here downloads anything.
import type { Configuration, WindowsConfiguration } from 'electron-builder';
import { afterPack } from './after-pack.ts';
import { builderFilePatterns } from './packed-files.ts';
import type { PackageTarget } from './package-target.ts';

export interface PackagingOptions {
  readonly target: PackageTarget;
  /** Folder of an unpacked Electron runtime for that target. */
  readonly runtimeFolder: string;
  readonly outputFolder: string;
  /** Where signing is looked for; empty for an unsigned app. */
  readonly environment: Environment;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function packagingConfiguration(options: PackagingOptions): Configuration {
  const { target, runtimeFolder, outputFolder, environment } = options;
  return {
    appId: 'dev.stillpoint.console',
    productName: 'Stillpoint',
    copyright: 'Copyright © the Stillpoint authors (MIT)',
    directories: { output: outputFolder, buildResources: 'build' },
    files: builderFilePatterns(target),
    // Only what the system's loader must find as a file leaves the archive, and with it the archive's integrity check.
    asar: { smartUnpack: false },
    asarUnpack: ['**/*.node'],
    // The native module comes prebuilt for Node-API: nothing to compile.
    npmRebuild: false,
    allowMissingDependencies: false,
    extraMetadata: {
      productName: 'Stillpoint',
      main: 'dist/main/main.js',
      author: 'Stillpoint',
      // What only a checkout needs, and what a reader of the package would take for shipped.
      bin: null,
      dependencies: null,
      optionalDependencies: null,
      overrides: null,
      allowScripts: null,
    },
    electronDist: runtimeFolder,
    electronLanguages: ['en-US'],
    publish: null,
    // Who asks for a signature gets a signed app or none.
    forceCodeSigning: isSigningWanted(environment),
    afterPack,
    linux: {
      target: [{ target: 'dir', arch: ['x64'] }],
      executableName: 'stillpoint',
      icon: 'build/icons/png',
      category: 'System',
    },
    win: windows(environment),
    nsis: {
      oneClick: false,
      perMachine: true,
      allowToChangeInstallationDirectory: true,
      // Uninstalling never touches what belongs to the admin: settings, journals, repositories.
      deleteAppDataOnUninstall: false,
      artifactName: 'Stillpoint-${version}-setup-${arch}.${ext}',
      installerIcon: 'build/icons/icon.ico',
      uninstallerIcon: 'build/icons/icon.ico',
    },
  };
}

function windows(environment: Environment): WindowsConfiguration {
  const azure = azureSigning(environment);
  return {
    target: [{ target: 'nsis', arch: ['x64'] }],
    icon: 'build/icons/icon.ico',
    // Who may manage Hyper-V need not be an administrator; Stillpoint says which right is missing instead of asking for all.
    requestedExecutionLevel: 'asInvoker',
    signExecutable: isSigningWanted(environment),
    ...(azure === undefined ? {} : { azureSignOptions: azure }),
  };
}

/** A certificate file goes by the names that electron-builder itself reads. */
function isSigningWanted(environment: Environment): boolean {
  const certificate = environment['WIN_CSC_LINK'] ?? environment['CSC_LINK'] ?? '';
  return certificate !== '' || azureSigning(environment) !== undefined;
}

const azureVariables = {
  publisherName: 'STILLPOINT_SIGN_PUBLISHER',
  endpoint: 'STILLPOINT_SIGN_ENDPOINT',
  certificateProfileName: 'STILLPOINT_SIGN_PROFILE',
  codeSigningAccountName: 'STILLPOINT_SIGN_ACCOUNT',
} as const;

/** Azure Trusted Signing where its four names are given; half of them is a mistake, not a wish for no signature. */
function azureSigning(environment: Environment): WindowsConfiguration['azureSignOptions'] {
  const values = Object.entries(azureVariables).map(([option, name]) => ({ option, name, value: environment[name] }));
  const missing = values.filter(({ value }) => value === undefined || value === '');
  if (missing.length === values.length) return undefined;
  if (missing.length > 0)
    throw new Error(`Azure Trusted Signing needs ${missing.map(({ name }) => name).join(', ')} as well`);
  const given = (name: string): string => environment[name] ?? '';
  return {
    publisherName: given(azureVariables.publisherName),
    endpoint: given(azureVariables.endpoint),
    certificateProfileName: given(azureVariables.certificateProfileName),
    codeSigningAccountName: given(azureVariables.codeSigningAccountName),
  };
}
