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

/** What becomes of a VM for which less is possible than was asked. `ask`: somebody decides, or the default after a while. */
export const policyChoices = ['fail', 'ask', 'fall-back'] as const;
export type PolicyChoice = (typeof policyChoices)[number];

export interface RunPolicy {
  /** Application-consistent was asked for, and only crash-consistent is to be had. */
  readonly consistency: PolicyChoice;
}

export const defaultRunPolicy: RunPolicy = { consistency: 'fail' };

export interface RunRequest {
  readonly runId: RunId;
  readonly siteName: string;
  readonly repositoryPath: string;
  readonly mode: BackupMode;
  readonly consistency: Consistency;
  /** Absent in journals of before there were policies: then nothing falls back. */
  readonly policy?: RunPolicy;
  readonly vms: readonly RunVm[];
}

export interface RunVm {
  readonly vmId: VmId;
  readonly name: string;
  readonly hostId: HostId;
}
