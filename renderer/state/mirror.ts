// The page's copy of what the backend knows: a snapshot, then numbered changes. Written by follow-backend.ts alone; every
// screen reads it. Nothing in here is worked out by the page: runs are folded by the fold that the backend uses too.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppErrorData } from '../../shared/errors/app-error.ts';
import { reduceRun } from '../../shared/events/reduce-run.ts';
import type { RunState } from '../../shared/events/run-state.ts';
import type { AppChange, AppSnapshot, OperationView } from '../../shared/ipc/views.ts';
import type { RunId } from '../../shared/model/ids.ts';

/**
 * Of the way to the backend. `lost`: it does not answer; what is shown is what was last known. `refused`: it will not answer
 * this window again.
 */
export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'open' }
  | { readonly state: 'refused' }
  | { readonly state: 'lost'; readonly sinceMs: number; readonly nextTryAtMs?: number };

export interface Mirror {
  readonly connection: Connection;
  /** Absent until the first snapshot. */
  readonly snapshot?: Omit<AppSnapshot, 'runs' | 'operations' | 'lastSeq'>;
  readonly lastSeq: number;
  readonly runs: ReadonlyMap<RunId, RunState>;
  readonly operations: readonly OperationView[];
  /** Operations that ended while this page watched, newest last: their result would otherwise flash by. */
  readonly endedOperations: readonly OperationView[];
  /** Rises when the backend says that restore points came or were verified. */
  readonly restorePointsRevision: number;
  /** How often a snapshot was taken: after a reconnect everything fetched before may be old. */
  readonly epoch: number;
  /** Why the page cannot go on: it belongs to another version, or the first snapshot was refused. */
  readonly fatal?: AppErrorData;
}

export type MirrorStore = StoreApi<Mirror>;

export function createMirror(): MirrorStore {
  return createStore<Mirror>(() => ({
    connection: { state: 'connecting' },
    lastSeq: 0,
    runs: new Map(),
    operations: [],
    endedOperations: [],
    restorePointsRevision: 0,
    epoch: 0,
  }));
}

export function withSnapshot(
  { fatal: _fatal, ...mirror }: Mirror,
  { runs, operations, lastSeq, ...snapshot }: AppSnapshot,
): Mirror {
  // Ended runs, also those fetched from the history, do not change. One that went on in a backend that is gone does not
  // go on in this one: what became of it is fetched again.
  const ended = [...mirror.runs].filter(([, run]) => run.status === 'ended');
  return {
    ...mirror,
    snapshot,
    lastSeq,
    operations,
    runs: new Map([...ended, ...runs.map((run) => [run.runId, run] as const)]),
    restorePointsRevision: mirror.restorePointsRevision + 1,
    epoch: mirror.epoch + 1,
  };
}

const keptEndedOperations = 20;

/** `missing`: a run whose beginning this page has not seen; whoever calls fetches it. */
export function withChange(mirror: Mirror, seq: number, change: AppChange): Mirror & { readonly missing?: RunId } {
  const next = { ...mirror, lastSeq: seq };
  switch (change.type) {
    case 'run': {
      const { event } = change;
      const before = mirror.runs.get(event.runId);
      if (before === undefined && event.type !== 'run-queued') return { ...next, missing: event.runId };
      return { ...next, runs: new Map(mirror.runs).set(event.runId, reduceRun(before, event)) };
    }
    case 'operation': {
      const { operation } = change;
      const others = mirror.operations.filter((other) => other.id !== operation.id);
      if (operation.status !== 'ended') return { ...next, operations: [...others, operation] };
      const ended = [...mirror.endedOperations, operation].slice(-keptEndedOperations);
      return { ...next, operations: others, endedOperations: ended };
    }
    case 'repository':
      return { ...next, ...withPart(mirror, { repository: change.repository }) };
    case 'settings':
      return { ...next, ...withPart(mirror, { settings: change.settings }) };
    case 'restore-points':
      return { ...next, restorePointsRevision: mirror.restorePointsRevision + 1 };
  }
}

function withPart(mirror: Mirror, part: Partial<NonNullable<Mirror['snapshot']>>): Pick<Mirror, 'snapshot'> {
  return mirror.snapshot === undefined ? {} : { snapshot: { ...mirror.snapshot, ...part } };
}
