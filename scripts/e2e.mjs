// `npm run e2e`: the end-to-end specs alone, in the system's Chromium and, where its runtime is, in Electron. What stands
// behind `--` is Playwright's: `npm run e2e -- cancel --headed`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureJudges } from './judges.mjs';
import { ensureBuilt, ensureInstalled, findNode, root } from './toolchain.mjs';

ensureInstalled();
ensureJudges();
ensureBuilt();
const playwright = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
const args = [playwright, 'test', '--config', join(root, 'e2e', 'playwright.config.ts'), ...process.argv.slice(2)];
const result = spawnSync(findNode(), args, { cwd: root, stdio: 'inherit' });
process.exitCode = result.status ?? 1;
