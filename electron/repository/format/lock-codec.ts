// Lock files ("restic design.rst", Locks) and restic's rule of when one is stale (internal/restic/lock.go).
import { z } from 'zod';
import { type Lock, type RepositoryHost } from '../model.ts';
import { goJsonString, goTime, parseGoTime } from './go-text.ts';
import { parseJson } from './parse-json.ts';

export const staleAfterMs = 30 * 60_000;
export const refreshEveryMs = 5 * 60_000;

const lockSchema = z.object({
  time: z.string(),
  exclusive: z.boolean(),
  hostname: z.string(),
  username: z.string(),
  pid: z.number().int(),
});

/** A non-exclusive lock of ours. */
export function encodeLock(host: RepositoryHost, nowMs: number): string {
  const owner = [...(host.uid > 0 ? [`,"uid":${host.uid}`] : []), ...(host.gid > 0 ? [`,"gid":${host.gid}`] : [])];
  return (
    `{"time":"${goTime(nowMs)}","exclusive":false,"hostname":${goJsonString(host.hostname)},` +
    `"username":${goJsonString(host.username)},"pid":${host.pid}${owner.join('')}}`
  );
}

export function decodeLock(id: string, bytes: Uint8Array, host: RepositoryHost, nowMs: number): Lock {
  const json = parseJson(bytes, lockSchema);
  const createdAtMs = parseGoTime(json.time);
  const isOursAndGone = json.hostname === host.hostname && !host.isProcessRunning(json.pid);
  return {
    id,
    createdAtMs,
    isExclusive: json.exclusive,
    hostname: json.hostname,
    username: json.username,
    pid: json.pid,
    isStale: nowMs - createdAtMs > staleAfterMs || isOursAndGone,
  };
}
