// `npm run stillpoint -- COMMAND` and `npm run demo`: prepares the clone, then becomes the command line.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, findNode, root } from './toolchain.mjs';

ensureInstalled();
ensureBuilt(['node']);

// npm changes into the package; a path the user typed means the folder the user is in.
const cwd = process.env['INIT_CWD'] ?? process.cwd();
const child = spawn(findNode(), [join(root, 'dist', 'node', 'stillpoint.js'), ...process.argv.slice(2)], {
  cwd,
  stdio: 'inherit',
});

// Ctrl-C reaches the whole group in a terminal. The command line ends by itself, after the merge: wait for it.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('error', (error) => {
  process.stderr.write(`Stillpoint could not start: ${error.message}\n`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
});
