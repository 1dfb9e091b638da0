// The program `stillpoint-serve`: the console of Stillpoint on 127.0.0.1, for a browser in place of Electron's window.
import { fileURLToPath } from 'node:url';
import { repositoryWorkerSourceUrl } from '../console/composition.ts';
import { openWindowConsole } from '../console/window-console.ts';
import { serveInThisProcess } from './serve-in-this-process.ts';

// From source the worker threads run from source too; bundled, their entry lies beside this file, and the page beside
// its folder.
const isSource = import.meta.url.endsWith('.ts');

await serveInThisProcess(process.argv.slice(2), {
  pageFolder: fileURLToPath(new URL(isSource ? '../../dist/renderer' : '../renderer', import.meta.url)),
  workerUrl: isSource ? repositoryWorkerSourceUrl : new URL('repository-worker.js', import.meta.url),
  openConsole: openWindowConsole,
});
