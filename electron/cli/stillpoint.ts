#!/usr/bin/env node
// The program `stillpoint`: binds the command line to this process.
import { repositoryWorkerSourceUrl } from '../console/composition.ts';
import { diskHashWorkerSourceUrl } from '../console/prove-disks.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { main } from './main.ts';
import { errorLines } from '../../shared/words/error-lines.ts';
import { processTerminal } from './terminal.ts';

// From source the worker threads run from source too; bundled, their entries lie beside this file.
const isSource = import.meta.url.endsWith('.ts');
const program = isSource
  ? { workerUrl: repositoryWorkerSourceUrl, diskHashWorkerUrl: diskHashWorkerSourceUrl }
  : {
      workerUrl: new URL('repository-worker.js', import.meta.url),
      diskHashWorkerUrl: new URL('disk-hash-worker.js', import.meta.url),
    };

const terminal = processTerminal();
// What is said on the way may be lost (a log on a full disk, a terminal that hung up); a run goes on and is merged.
process.stderr.on('error', () => undefined);
let lostResult: AppError | undefined;
process.stdout.on('error', (error: Error) => {
  // A reader that went away (`| head`) has what it wanted.
  if ('code' in error && error.code === 'EPIPE') return;
  lostResult ??= new AppError('cli.result-not-written', { reason: error.message }, { cause: error });
  for (const line of errorLines(lostResult.toData(), false)) terminal.say(line);
});
// The error of a stream may come after the command has ended.
process.on('exit', () => {
  if (lostResult !== undefined && process.exitCode !== 2) process.exitCode = 1;
});

process.exitCode = await main(process.argv.slice(2), terminal, program);
