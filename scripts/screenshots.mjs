// `npm run screenshots`: makes docs/images anew, every screen in its looks, taken of the lab in the system's Chromium.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, findNode, root } from './toolchain.mjs';

ensureInstalled();
ensureBuilt(['node', 'renderer']);
const entry = join(root, 'e2e', 'screenshots', 'take-screenshots.ts');
const result = spawnSync(findNode(), [entry, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
process.exitCode = result.status ?? 1;
