// The words the window is started with. There is one: where this installation keeps its things.

import { AppError } from '../../shared/errors/app-error.ts';

/**
 * `--dir DIR` or `--dir=DIR`; undefined where it is not given. The last one counts. @throws AppError `serve.bad-usage`: whoever
 * names a folder must not get another one.
 */
export function folderArgument(argv: readonly string[]): string | undefined {
  let folder: string | undefined;
  argv.forEach((argument, index) => {
    if (argument.startsWith('--dir=')) folder = argument.slice('--dir='.length);
    else if (argument === '--dir') folder = argv[index + 1] ?? '';
  });
  if (folder === '') throw new AppError('serve.bad-usage', { reason: '--dir is empty' });
  return folder;
}
