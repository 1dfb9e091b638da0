// The fuses of the shipped binary: switches in Electron's own file that no setting or argument can turn back. Owns
// their values and proves them by reading them back. Meanings: Electron docs, tutorial/fuses.
import { flipFuses, FuseState, FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses';

/** Every fuse by name: one that a new Electron brings is a missing key, and the build stops until it is decided. */
export const fuses: Readonly<Record<FuseV1Options, boolean>> = {
  // ELECTRON_RUN_AS_NODE would make a signed Node of us, for anybody's script.
  [FuseV1Options.RunAsNode]: false,
  // Stillpoint keeps no cookies; on costs nothing.
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  // A debugger sees the repository's password. The end-to-end tests turn this on in a copy of their own.
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  // Without it a folder named `app` beside app.asar would be loaded unchecked.
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  // We ship no V8 snapshot of our own; on without that file means no start.
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  // The page comes from app://, never from file://.
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  // Off would cost speed and gain nothing.
  [FuseV1Options.WasmTrapHandlers]: true,
};

/** Writes every fuse into the binary at `path` and reads them back; throws where one does not stand as stated. */
export async function setFuses(path: string): Promise<void> {
  await flipFuses(path, { version: FuseVersion.V1, strictlyRequireAllFuses: true, ...fuses });
  await expectFuses(path);
}

/** Throws, naming the fuses, where the binary at `path` says otherwise than `fuses`. */
export async function expectFuses(path: string): Promise<void> {
  const wire: Readonly<Record<string, unknown>> = { ...(await getCurrentFuseWire(path)) };
  const wrong = Object.entries(fuses)
    .filter(([option, on]) => wire[option] !== (on ? FuseState.ENABLE : FuseState.DISABLE))
    .map(([option, on]) => `${fuseName(option)} is not ${on ? 'on' : 'off'}`);
  const unknown = Object.keys(wire)
    .filter((option) => option !== 'version' && !(option in fuses))
    .map((option) => `fuse ${option} is unknown to us`);
  const problems = [...wrong, ...unknown];
  if (problems.length > 0) throw new Error(`${path}: ${problems.join('; ')}`);
}

function fuseName(option: string): string {
  return FuseV1Options[Number(option)] ?? option;
}
