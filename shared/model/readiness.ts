// What the readiness audit says about a site: gates, findings, and a verdict per VM. Made by `electron/readiness` from
// an inventory; shown by every way in.
import type { HostId, VmId } from './ids.ts';
import type { GateId, Verdict } from './online-backup-gates.ts';
import type { UnreachableHost } from './site.ts';

export type FindingScope = 'cluster' | 'host' | 'vm' | 'disk' | 'volume';

/** `unknown`: the fact could not be read, so nobody can say that it is well. */
export type Severity = 'blocks-online-backup' | 'blocks-this-vm' | 'degrades' | 'advice' | 'unknown';

/** One fact a gate was decided by, or one subject a rule looked at. */
export interface Evidence {
  /** A VM, a host, the cluster: by its name. */
  readonly subject: string;
  readonly verdict: Verdict;
  readonly found: string;
  readonly needed: string;
  /** The command or class that states the fact on a real host. */
  readonly readFrom: string;
}

/** What to do about a finding. Stillpoint shows commands; it never runs one that cannot be taken back. */
export interface Fix {
  readonly steps: readonly string[];
  /** To be copied into an elevated PowerShell on the site. */
  readonly command?: string;
  readonly isReversible: boolean;
  readonly risk: string;
}

export interface Finding {
  readonly rule: string;
  readonly scope: FindingScope;
  readonly subject: string;
  readonly severity: Severity;
  readonly needed: string;
  readonly found: string;
  readonly readFrom: string;
  /** Why it matters, one sentence. */
  readonly why: string;
  readonly fix: Fix;
  /** Where the rule is documented. */
  readonly source: string;
  /** The VMs it speaks about; a finding about a host or cluster counts for all VMs that can run there. */
  readonly vmIds: readonly VmId[];
}

export interface GateReport {
  readonly id: GateId;
  readonly title: string;
  readonly verdict: Verdict;
  /** One sentence with the real values. */
  readonly summary: string;
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly evidence: readonly Evidence[];
  /** What to do, where something is to be done; each fix once. */
  readonly fixes: readonly Fix[];
}

/**
 * `ready`: online, application-consistent as far as the facts say. `limited`: with what its findings say. `not-yet`:
 * something has to be done first. `cannot`: it never will as it is. `unknown`: a fact is missing.
 */
export type VmVerdict = 'ready' | 'limited' | 'not-yet' | 'cannot' | 'unknown';

export interface VmReadiness {
  readonly vmId: VmId;
  readonly name: string;
  readonly hostId: HostId;
  readonly verdict: VmVerdict;
  readonly gates: readonly { readonly id: GateId; readonly verdict: Verdict }[];
  /** Rule ids. */
  readonly findings: readonly string[];
}

export interface ReadinessReport {
  readonly siteName: string;
  readonly readAtMs: number;
  readonly gates: readonly GateReport[];
  readonly vms: readonly VmReadiness[];
  readonly findings: readonly Finding[];
  /** Their VMs are unknown, which is not the same as absent. */
  readonly unreachable: readonly UnreachableHost[];
}
