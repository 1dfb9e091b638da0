// Faults by name, scripted: what goes wrong, where, for whom and how often. Holds the script and answers the one
// question of the places that can fail: "does this go wrong now?". Knows nothing of how they fail.

/** What goes wrong, at the one place where it can. */
export type LabFault = FaultScope &
  (
    | { readonly at: 'quiesce'; readonly effect: 'vss-writer-fails'; readonly writer?: string }
    /** The guest never comes to rest: VSS gives up, in a Linux guest the freeze request does. */
    | { readonly at: 'quiesce'; readonly effect: 'quiesce-timeout' | 'freeze-timeout' }
    | { readonly at: 'create-checkpoint'; readonly effect: 'job-fails'; readonly reason?: string }
    /** The host accepts the job, the answer is lost on the way: the call throws `hyperv.host-unreachable`. */
    | { readonly at: 'request-checkpoint' | 'remove-checkpoint'; readonly effect: 'lost-answer' }
    /** Merging stops where it is, until the fault is released. */
    | { readonly at: 'merge'; readonly effect: 'stalls' }
    /** The next growth of a file finds no room. */
    | { readonly at: 'write'; readonly effect: 'volume-full' }
    /** Reading a file through the host fails at this byte of the file (default: its middle). */
    | { readonly at: 'read'; readonly effect: 'read-error'; readonly fileOffset?: number }
    /** The provider of a volume snapshot says no. */
    | { readonly at: 'create-snapshot'; readonly effect: 'snapshot-refused'; readonly reason?: string }
    /** It is done, and the answer is lost: `hyperv.host-unreachable`, of a proxy `hyperv.proxy-unreachable`. */
    | {
        readonly at: 'request-snapshot' | 'mount-snapshot' | 'unmount-snapshot' | 'delete-snapshot';
        readonly effect: 'lost-answer';
      }
    | { readonly at: 'mount-snapshot'; readonly effect: 'mount-fails' }
    | { readonly at: 'unmount-snapshot'; readonly effect: 'unmount-fails' }
    | { readonly at: 'delete-snapshot'; readonly effect: 'delete-fails' }
    /** Reading a file out of a volume snapshot fails at this byte of it (default: its middle); or the snapshot is lost. */
    | {
        readonly at: 'read-snapshot';
        readonly effect: 'read-error' | 'snapshot-lost';
        readonly fileOffset?: number;
      }
    /** Calls to a proxy (named as `host`), and reads through it, fail. */
    | { readonly at: 'proxy-call'; readonly effect: 'proxy-unreachable' }
    /** Calls to the host, and reads through it, fail. */
    | { readonly at: 'call'; readonly effect: 'host-unreachable' }
    /** The VM is live-migrated to another node, at this moment of its backup. */
    | {
        readonly at: 'checkpoint-created' | 'remove-checkpoint';
        readonly effect: 'vm-migrates';
        readonly toHost: string;
      }
  );

export interface FaultScope {
  /** Name or id of the VM. Default: any. */
  readonly vm?: string;
  /** Name of the host, or of the proxy. Default: any. */
  readonly host?: string;
  /** How many times it happens, then it is over. Default 1; `Infinity` = until released. */
  readonly times?: number;
}

export type FaultPoint = LabFault['at'];

export interface LabFaults {
  add(fault: LabFault): FaultHandle;
  /** What is still to happen. */
  list(): readonly LabFault[];
  /** Releases all. */
  clear(): void;
}

export interface FaultHandle {
  /** Ends the fault; whatever waits for that goes on. */
  release(): void;
}

/** Where the lab is when it asks. */
export interface FaultPlace {
  readonly vmId?: string;
  readonly vmName?: string;
  readonly hostId?: string;
}

interface Entry {
  readonly fault: LabFault;
  remaining: number;
}

export class FaultScript implements LabFaults {
  #entries: readonly Entry[] = [];

  add(fault: LabFault): FaultHandle {
    const entry: Entry = { fault, remaining: fault.times ?? 1 };
    this.#entries = [...this.#entries, entry];
    return { release: () => this.#drop(entry) };
  }

  list(): readonly LabFault[] {
    return this.#entries.map((entry) => entry.fault);
  }

  clear(): void {
    this.#entries = [];
  }

  /** The fault that strikes here now, counted down; undefined when all is well. */
  take(at: FaultPoint, place: FaultPlace): LabFault | undefined {
    const entry = this.#find(at, place);
    if (entry === undefined) return undefined;
    entry.remaining -= 1;
    if (entry.remaining <= 0) this.#drop(entry);
    return entry.fault;
  }

  /** The fault that holds here, not counted down. */
  peek(at: FaultPoint, place: FaultPlace): LabFault | undefined {
    return this.#find(at, place)?.fault;
  }

  #find(at: FaultPoint, place: FaultPlace): Entry | undefined {
    return this.#entries.find(({ fault }) => fault.at === at && matches(fault, place));
  }

  #drop(entry: Entry): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
  }
}

function matches({ vm, host }: FaultScope, place: FaultPlace): boolean {
  const names = [place.vmId, place.vmName].map((name) => name?.toLowerCase());
  if (vm !== undefined && !names.includes(vm.toLowerCase())) return false;
  return host === undefined || host.toLowerCase() === place.hostId?.toLowerCase();
}
