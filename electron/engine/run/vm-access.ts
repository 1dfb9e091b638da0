// One VM, wherever it is: follows it from host to host, and waits out a host that is silent for a moment. Every step of
// a run asks through this; nothing else may keep a host's name for longer than one call.
import { AppError, isAppError } from '../../../shared/errors/app-error.ts';
import type { HostId, VmId } from '../../../shared/model/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { HyperVPort, VmRef, VmStatus } from '../ports/hyperv.ts';

export interface VmAccessOptions {
  readonly hyperv: HyperVPort;
  readonly clock: Clock;
  readonly vmId: VmId;
  readonly vmName: string;
  readonly hostId: HostId;
  readonly pollMs: number;
  readonly onMoved: (hostId: HostId) => Promise<void>;
}

export interface Patience {
  /** How long the host may stay silent before the last error is thrown. */
  readonly silenceMs: number;
  readonly signal?: AbortSignal;
}

export class VmAccess {
  readonly #options: VmAccessOptions;
  #hostId: HostId;

  constructor(options: VmAccessOptions) {
    this.#options = options;
    this.#hostId = options.hostId;
  }

  get ref(): VmRef {
    return { hostId: this.#hostId, vmId: this.#options.vmId };
  }

  /** For error texts. */
  get words(): { readonly vm: string; readonly host: string } {
    return { vm: this.#options.vmName, host: this.#hostId };
  }

  /** Asks the site who owns the VM now. @throws AppError `hyperv.vm-not-found` */
  async locate(signal?: AbortSignal): Promise<HostId> {
    const owner = await this.#options.hyperv.findOwner(this.#options.vmId, signal);
    if (owner !== this.#hostId) {
      this.#hostId = owner;
      await this.#options.onMoved(owner);
    }
    return owner;
  }

  /** The VM, re-read on the host that owns it. */
  read(patience: Patience): Promise<VmStatus> {
    return this.patiently((ref) => this.#options.hyperv.readVm(ref, patience.signal), patience);
  }

  /**
   * Makes a call that may be repeated. A silent host is asked again, and the owner looked up anew: the VM may have been
   * moved, or have failed over, in the meantime.
   */
  async patiently<T>(call: (ref: VmRef) => Promise<T>, { silenceMs, signal }: Patience): Promise<T> {
    const { clock, pollMs } = this.#options;
    const deadlineMs = clock.nowMs() + silenceMs;
    for (;;) {
      try {
        return await call(this.ref);
      } catch (error) {
        signal?.throwIfAborted();
        if (!isWorthAskingAgain(error)) throw error;
        if (await this.#hasMoved(signal)) continue;
        if (clock.nowMs() >= deadlineMs) throw error;
        await clock.sleep(pollMs, signal);
      }
    }
  }

  /** True when it was found on another host than the one that was asked. */
  async #hasMoved(signal?: AbortSignal): Promise<boolean> {
    const before = this.#hostId;
    try {
      return (await this.locate(signal)) !== before;
    } catch (error) {
      if (isWorthAskingAgain(error)) return false;
      throw error;
    }
  }
}

/** Silence, a VM between two hosts, and what is declared transient; a refusal is an answer. */
function isWorthAskingAgain(error: unknown): boolean {
  if (!(error instanceof AppError)) return false;
  return (
    isAppError(error, 'hyperv.host-unreachable') ||
    isAppError(error, 'hyperv.vm-not-found') ||
    error.category === 'transient'
  );
}
