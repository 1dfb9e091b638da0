// `npm run bench:window`: how fast the window is, measured in the system's Chromium through the loopback host.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, findNode, root } from './toolchain.mjs';

ensureInstalled();
ensureBuilt();
const bench = join(root, 'bench', 'window', 'window.bench.ts');
const result = spawnSync(findNode(), [bench, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
process.exitCode = result.status ?? 1;
