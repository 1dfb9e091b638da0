// What the window's process writes down about itself: starts, stops, calls by name, crashes. Bounded: one file of at
// most 5 MB and the one before it. Writes at once, because the last line before a crash is the one that is needed.
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

export type LogKind = 'start' | 'stop' | 'note' | 'call' | 'refused' | 'error' | 'crash';

export interface Log {
  readonly file: string;
  /** Never throws: a full disk must not end a backup. */
  readonly line: (kind: LogKind, text: string) => void;
  /** This text is never written, wherever it turns up. */
  readonly conceal: (secret: string) => void;
}

export interface LogOptions {
  readonly folder: string;
  readonly nowMs?: () => number;
  readonly maxSizeBytes?: number;
}

const fiveMegabytes = 5 * 1024 * 1024;
const longestEntry = 16 * 1024;
/** Shorter ones would blot out half of every line. */
const shortestSecret = 4;

export function createLog({ folder, nowMs = Date.now, maxSizeBytes = fiveMegabytes }: LogOptions): Log {
  const file = join(folder, 'stillpoint.log');
  const secrets = new Set<string>();
  return {
    file,
    line: (kind, text) => {
      // Cut afterwards: half a secret would not be recognised.
      const entry = redact(text, secrets).slice(0, longestEntry);
      const line = `${new Date(nowMs()).toISOString()} ${kind} ${onOneBlock(entry)}\n`;
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        if (sizeOf(file) + Buffer.byteLength(line) > maxSizeBytes) renameSync(file, join(folder, 'stillpoint.old.log'));
        appendFileSync(file, line, { mode: 0o600 });
      } catch {
        // There is no other place to say it, and it is no reason to stop.
      }
    },
    conceal: (secret) => {
      if (secret.length >= shortestSecret) secrets.add(secret);
    },
  };
}

/** A thrown value with its stack and its causes. */
export function describeError(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : stringOf(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined || depth > 8 ? own : `${own}\ncaused by ${describeError(error.cause, depth + 1)}`;
}

/** JSON has no word for `undefined`, functions and symbols. */
function stringOf(value: unknown): string {
  const json: unknown = JSON.stringify(value);
  return typeof json === 'string' ? json : typeof value;
}

// SECURITY: nothing of ours puts a password or a token into a message; this is for what others put there.
function redact(text: string, secrets: ReadonlySet<string>): string {
  let safe = text;
  for (const secret of secrets) safe = safe.replaceAll(secret, '(hidden)');
  return safe
    .replace(/((?:authorization|cookie)["']?\s*[:=]\s*)[^\r\n]+/giu, '$1(hidden)')
    .replace(/\bbearer\s+[^\s,;]+/giu, 'bearer (hidden)')
    .replace(/((?:password|passphrase|secret|token)["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;&}]+)/giu, '$1(hidden)')
    .replace(/(:\/\/[^\s/:@]*):[^\s/@]+@/gu, '$1:(hidden)@');
}

/** Text from outside can neither begin an entry of its own nor command the terminal it is shown in. */
function onOneBlock(text: string): string {
  return text.replace(/\r?\n/gu, '\n    ').replace(/[^\P{Cc}\n]/gu, ' ');
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
