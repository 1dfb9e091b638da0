// Who we are on this machine, and whether another process of ours is still there.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname, uptime, userInfo } from 'node:os';
import type { RunOwner } from '../../shared/events/run-event.ts';

const startedAtMs = Math.round(performance.timeOrigin);

/** A process number can be given again; starts this close together are taken for the same process. */
const sameStartMs = 3000;

export const thisProcess: RunOwner = { hostname: hostname(), pid: process.pid, startedAtMs };

/** For locks, keys and snapshots of the repository. */
export const thisAccount = {
  hostname: hostname(),
  username: userName(),
  pid: process.pid,
  uid: process.getuid?.() ?? 0,
  gid: process.getgid?.() ?? 0,
  isProcessRunning,
};

export function isProcessRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !hasDied(pid);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** proc(5): a process that was killed answers to signals until its parent has fetched its exit code, which may be never. */
function hasDied(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    // Without /proc there is only the word of the signal.
    return false;
  }
}

/** A process of another machine is taken for running: nobody here can know. */
export async function isOwnerRunning(owner: RunOwner): Promise<boolean> {
  if (owner.hostname !== thisProcess.hostname) return true;
  if (!isProcessRunning(owner.pid)) return false;
  const bootedAtMs = Date.now() - uptime() * 1000;
  if (owner.startedAtMs < bootedAtMs - sameStartMs) return false;
  const startMs = await startOfLinuxProcess(owner.pid, bootedAtMs);
  return startMs === undefined || Math.abs(startMs - owner.startedAtMs) <= sameStartMs;
}

/** proc(5): field 22 of /proc/PID/stat, in ticks since boot. Undefined where there is no such thing. */
async function startOfLinuxProcess(pid: number, bootedAtMs: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is the program's name in parentheses and may hold anything.
  const ticks = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  return Number.isFinite(ticks) ? bootedAtMs + ticks * msPerTick : undefined;
}

/** USER_HZ is 100 on every Linux that Node runs on. */
const msPerTick = 10;

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // An account without an entry in the user database, as in some containers, has no name but its number.
    return String(process.getuid?.() ?? 'unknown');
  }
}
