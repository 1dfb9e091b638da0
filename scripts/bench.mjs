// `npm run bench`: the main job timed beside restic and qemu-img, in one run.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureJudges } from './judges.mjs';
import { ensureInstalled, findNode, root } from './toolchain.mjs';

ensureInstalled();
ensureJudges();
const bench = join(root, 'bench', 'main-job.bench.ts');
const result = spawnSync(findNode(), [bench, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
process.exitCode = result.status ?? 1;
