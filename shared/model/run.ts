// The words of a run: the phases design.md names, outcomes, and what a run was asked to do.
import type { HostId, RunId, VmId } from './ids.ts';
import type { BackupMode } from './restore-point.ts';
import type { Consistency } from './site.ts';

/** In order. Off-host has two of its own between `redirected` and `reading`. */
export const vmPhases = [
  'queued',
  'preflight',
  'requesting-checkpoint',
  'quiescing',
  'redirected',
  'snapshotting-volume',
  'mounting',
  'reading',
  'committing',
  'merging',
  'done',
] as const;

export type VmPhase = (typeof vmPhases)[number];

/** `interrupted`: the process ended in the middle, and a later start cleaned up and wrote this down. */
export type RunOutcome = 'succeeded' | 'succeeded-with-warnings' | 'failed' | 'cancelled' | 'interrupted';

export interface RunRequest {
  readonly runId: RunId;
  readonly siteName: string;
  readonly repositoryPath: string;
  readonly mode: BackupMode;
  readonly consistency: Consistency;
  readonly vms: readonly RunVm[];
}

export interface RunVm {
  readonly vmId: VmId;
  readonly name: string;
  readonly hostId: HostId;
}
