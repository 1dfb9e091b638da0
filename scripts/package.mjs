// `npm run package`: installs and builds what is missing, then packs what this machine can pack (build/package.ts).
// Exit code 0 only when that was made. docs/packaging.md says what comes out where.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, fail, findNode, root } from './toolchain.mjs';

/** electron-builder may wait for a server of its parts; nobody should wait for electron-builder. */
const timeLimitMs = 20 * 60_000;

ensureInstalled();
ensureBuilt(['renderer', 'shell']);

const { status, error } = spawnSync(findNode(), [join(root, 'build', 'package.ts')], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
  timeout: timeLimitMs,
});
if (error) fail(`packing was given up: ${error.message}`);
if (status !== 0) fail('Packing failed, and nothing was made. Look above for the reason.');
