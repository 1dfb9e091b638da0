// The loopback host as a real process for tests: everything as in the product but for the page, whose folder is argv[2], so
// that no build has to be there.
import { repositoryWorkerSourceUrl } from '../../console/composition.ts';
import { openWindowConsole } from '../../console/window-console.ts';
import { serveInThisProcess } from '../serve-in-this-process.ts';

await serveInThisProcess(process.argv.slice(3), {
  pageFolder: process.argv[2] ?? '',
  workerUrl: repositoryWorkerSourceUrl,
  openConsole: openWindowConsole,
});
