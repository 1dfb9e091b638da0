#!/usr/bin/env node
// The program `stillpoint`: binds the command line to this process.
import { repositoryWorkerSourceUrl } from '../console/composition.ts';
import { diskHashWorkerSourceUrl } from '../console/prove-disks.ts';
import { main } from './main.ts';
import { processTerminal } from './terminal.ts';

// From source the worker threads run from source too; bundled, their entries lie beside this file.
const isSource = import.meta.url.endsWith('.ts');
const program = isSource
  ? { workerUrl: repositoryWorkerSourceUrl, diskHashWorkerUrl: diskHashWorkerSourceUrl }
  : {
      workerUrl: new URL('repository-worker.js', import.meta.url),
      diskHashWorkerUrl: new URL('disk-hash-worker.js', import.meta.url),
    };

// A reader that went away (`| head`) is no reason to die in the middle of a merge.
process.stdout.on('error', ignoreClosedPipe);
process.stderr.on('error', ignoreClosedPipe);

process.exitCode = await main(process.argv.slice(2), processTerminal(), program);

function ignoreClosedPipe(error: Error): void {
  if (!('code' in error) || error.code !== 'EPIPE') throw error;
}
