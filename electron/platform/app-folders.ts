// Where an installation keeps its things: one folder for all, chosen by --dir, by STILLPOINT_DIR, or by the habits of
// the operating system.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export interface AppFolders {
  readonly root: string;
  readonly lab: string;
  readonly journals: string;
  /** Where `repository init` puts one when no other place is given. */
  readonly repository: string;
  readonly restored: string;
  readonly settingsFile: string;
  readonly verificationFile: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** @param dir as given with --dir */
export function appFolders(dir: string | undefined, environment: Environment = process.env): AppFolders {
  const root = resolve(dir ?? nonEmpty(environment['STILLPOINT_DIR']) ?? defaultRoot(environment, process.platform));
  return {
    root,
    lab: join(root, 'lab'),
    journals: join(root, 'runs'),
    repository: join(root, 'repository'),
    restored: join(root, 'restored'),
    settingsFile: join(root, 'settings.json'),
    verificationFile: join(root, 'verifications.json'),
  };
}

export function defaultRoot(environment: Environment, platform: NodeJS.Platform): string {
  if (platform === 'win32')
    return join(nonEmpty(environment['LOCALAPPDATA']) ?? join(homedir(), 'AppData', 'Local'), 'Stillpoint');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Stillpoint');
  return join(nonEmpty(environment['XDG_DATA_HOME']) ?? join(homedir(), '.local', 'share'), 'stillpoint');
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}
