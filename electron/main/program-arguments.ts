// The words the window is started with. There is one: where this installation keeps its things.

/** `--dir DIR` or `--dir=DIR`; undefined where it is not given. The last one counts. */
export function folderArgument(argv: readonly string[]): string | undefined {
  let folder: string | undefined;
  argv.forEach((argument, index) => {
    if (argument.startsWith('--dir=')) folder = argument.slice('--dir='.length);
    else if (argument === '--dir') folder = argv[index + 1];
  });
  return folder === '' ? undefined : folder;
}
