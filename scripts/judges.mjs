// The independent programs that judge our files in tests. On Debian as root they are installed; elsewhere their absence
// is said, and the tests that need them are skipped by name.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { say } from './toolchain.mjs';

/** Program -> Debian package. */
const judges = new Map([
  ['qemu-img', 'qemu-utils'],
  ['qemu-io', 'qemu-utils'],
  ['restic', 'restic'],
  ['vhdiinfo', 'libvhdi-utils'],
  ['bzip2', 'bzip2'],
  // Not a judge of files: the window is driven in it.
  ['chromium', 'chromium'],
]);

/** @param {string} program */
function isInstalled(program) {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

export function ensureJudges() {
  const missing = [...judges.keys()].filter((program) => !isInstalled(program));
  if (missing.length === 0) return;
  const canInstall = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (!canInstall) {
    say(`Stillpoint: not installed here: ${missing.join(', ')}. The tests they judge are skipped and named below.`);
    return;
  }
  const packages = [...new Set(missing.map((program) => judges.get(program) ?? program))];
  say(`Stillpoint: installing the judges (${packages.join(', ')}) ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 2, 2], env });
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
    stdio: ['ignore', 'ignore', 2],
    env,
  });
  const still = missing.filter((program) => !isInstalled(program));
  if (still.length > 0) say(`Stillpoint: could not be installed: ${still.join(', ')}.`);
}
