// folders.*: looking for a folder of this computer.
import type { ConsoleHandlers } from '../../../shared/ipc/contract.ts';
import type { HandlerContext } from './handler-context.ts';

export function folderHandlers({ browseFolders }: HandlerContext): ConsoleHandlers['folders'] {
  return { list: ({ path }) => browseFolders(path) };
}
