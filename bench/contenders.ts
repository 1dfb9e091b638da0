// Who is measured, and how each does the same work: the whole disk into a repository, and back into a .vhdx. What is
// written is on stable storage when a contender is done; those that do not see to it themselves get a `sync` of the file.
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { measure, type Cost, type MeasuredRun } from './measured-run.ts';
import type { OurResult } from './our-side.ts';

export type ContenderName = 'stillpoint' | 'restic' | 'qemu-img';

export interface Measurement extends Cost {
  /** Bytes in the repository afterwards, or of the copy. */
  readonly storedBytes: number;
  readonly eventLoopMs?: OurResult['eventLoopMs'];
}

/** The three things that are timed, in a folder of its own. `backUp` twice is a full and an incremental one. */
export interface Contender {
  readonly name: ContenderName;
  /** Not timed. */
  prepare(): void;
  backUp(diskPath: string, number: number): Measurement;
  /** Restores the last backup; returns where. */
  restore(): Measurement & { readonly restoredPath: string };
}

export function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

const passwordEnv = (passwordFile: string): Readonly<Record<string, string>> => ({
  RESTIC_PASSWORD_FILE: passwordFile,
});

/** Both start from a repository of restic's own making: the same keys, and so the same cost of the password. */
function initRepository(repository: string, passwordFile: string): void {
  measure(['restic', '-q', '-r', repository, 'init'], passwordEnv(passwordFile));
}

/** @param script our side, bundled */
export function stillpoint(folder: string, passwordFile: string, script: string): Contender {
  const repository = join(folder, 'stillpoint');
  const state = { id: '' };
  const run = (...words: readonly string[]): { readonly run: MeasuredRun; readonly result: OurResult } => {
    const [task = '', ...rest] = words;
    const measured = measure([process.execPath, script, task, repository, passwordFile, ...rest]);
    return { run: measured, result: JSON.parse(measured.stdout) as OurResult };
  };
  return {
    name: 'stillpoint',
    prepare: () => {
      rmSync(repository, { recursive: true, force: true });
      if (isInstalled('restic')) initRepository(repository, passwordFile);
      else measure([process.execPath, script, 'init', repository, passwordFile]);
    },
    backUp: (diskPath, number) => {
      const { run: measured, result } = run('backup', diskPath, String(number));
      state.id = result.id;
      return { ...measured, storedBytes: folderBytes(repository), eventLoopMs: result.eventLoopMs };
    },
    restore: () => {
      const out = emptyFolder(join(folder, 'stillpoint-restored'));
      const { run: measured, result } = run('restore', state.id, out);
      const restoredPath = join(out, 'scsi-0-0.vhdx');
      const storedBytes = folderBytes(out);
      return { ...measured, storedBytes, eventLoopMs: result.eventLoopMs, restoredPath };
    },
  };
}

export function restic(folder: string, passwordFile: string): Contender {
  const repository = join(folder, 'restic');
  const env = passwordEnv(passwordFile);
  const state = { diskPath: '' };
  return {
    name: 'restic',
    prepare: () => {
      rmSync(repository, { recursive: true, force: true });
      initRepository(repository, passwordFile);
    },
    backUp: (diskPath) => {
      state.diskPath = diskPath;
      const measured = measure(['restic', '-q', '--no-cache', '-r', repository, 'backup', diskPath], env);
      return { ...measured, storedBytes: folderBytes(repository) };
    },
    restore: () => {
      const out = emptyFolder(join(folder, 'restic-restored'));
      const restoredPath = join(out, state.diskPath);
      const command = 'restic -q --no-cache -r "$1" restore latest --target "$2" && sync "$3"';
      const measured = measure(['sh', '-c', command, 'sh', repository, out, restoredPath], env);
      return { ...measured, storedBytes: folderBytes(out), restoredPath };
    },
  };
}

/** No repository, no encryption, no compression: what copying the disk costs at the least. */
export function qemuImg(folder: string): Contender {
  const copy = join(folder, 'qemu', 'copy.vhdx');
  const convert = (from: string, to: string): MeasuredRun => {
    rmSync(to, { force: true });
    return measure(['sh', '-c', 'qemu-img convert -f vhdx -O vhdx "$1" "$2" && sync "$2"', 'sh', from, to]);
  };
  return {
    name: 'qemu-img',
    prepare: () => {
      emptyFolder(join(folder, 'qemu'));
    },
    backUp: (diskPath) => ({ ...convert(diskPath, copy), storedBytes: folderBytes(join(folder, 'qemu')) }),
    restore: () => {
      const out = emptyFolder(join(folder, 'qemu-restored'));
      const restoredPath = join(out, 'restored.vhdx');
      return { ...convert(copy, restoredPath), storedBytes: folderBytes(out), restoredPath };
    },
  };
}

function emptyFolder(path: string): string {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  return path;
}

/** What the files take on the disk: holes do not count. */
function folderBytes(path: string): number {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).blocks * 512, 0);
}
