// The tag by which we know our own checkpoints, also after a crash: it is the checkpoint's display name and holds the
// run id, so that whoever finds it knows whose it is and which journal tells its story.
import { isRunId, type RunId } from './ids.ts';

const prefix = 'Stillpoint ';

export function checkpointTag(runId: RunId): string {
  return `${prefix}${runId}`;
}

/** The run a checkpoint belongs to, or undefined for one that is not ours: then it is never touched. */
export function runIdOfTag(checkpointName: string): RunId | undefined {
  if (!checkpointName.startsWith(prefix)) return undefined;
  const rest = checkpointName.slice(prefix.length);
  return isRunId(rest) ? rest : undefined;
}
