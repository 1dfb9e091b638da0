// Reads the whole site, each host by itself: one that does not answer is named, and does not hide the others. What a
// reading means for online backup is worked out once, however many pages of it are asked for.
import { AppError, isAppError } from '../../shared/errors/app-error.ts';
import type { VmRowView } from '../../shared/ipc/views.ts';
import type { ReadinessReport } from '../../shared/model/readiness.ts';
import type { HostInventory, SiteHost, SiteInventory, UnreachableHost } from '../../shared/model/site.ts';
import type { Clock } from '../engine/ports/clock.ts';
import type { HyperVPort } from '../engine/ports/hyperv.ts';
import { evaluateReadiness } from '../readiness/index.ts';
import { vmRows } from './views/vm-rows.ts';

/** One look at the site. Never changes. */
export class SiteReading {
  readonly inventory: SiteInventory;
  #report: ReadinessReport | undefined;
  #rows: readonly VmRowView[] | undefined;

  constructor(inventory: SiteInventory) {
    this.inventory = inventory;
  }

  get report(): ReadinessReport {
    return (this.#report ??= evaluateReadiness(this.inventory));
  }

  /** By name. */
  get rows(): readonly VmRowView[] {
    return (this.#rows ??= vmRows(this.inventory, this.report));
  }
}

export class SiteReader {
  readonly #port: HyperVPort;
  readonly #clock: Clock;
  #last: { readonly reading: SiteReading; readonly number: number } | undefined;
  #pending: Promise<SiteReading> | undefined;
  #number = 0;
  #isOutdated = false;

  constructor(port: HyperVPort, clock: Clock) {
    this.#port = port;
    this.#clock = clock;
  }

  /** What was read last is known not to hold any more. */
  outdate(): void {
    this.#isOutdated = true;
  }

  /** What was read last, or freshly read. @throws AppError when not even the site itself answers */
  async read({ refresh }: { readonly refresh: boolean }): Promise<SiteReading> {
    if (!refresh && this.#last !== undefined) return this.#last.reading;
    // Two windows that open at once need not ask twice; a refresh asks for what holds from now on.
    if (!refresh && this.#pending !== undefined) return this.#pending;
    const reading = this.#readNow();
    this.#pending = reading;
    try {
      return await reading;
    } finally {
      if (this.#pending === reading) this.#pending = undefined;
    }
  }

  /** The same, but what is outdated is read again. */
  readCurrent(): Promise<SiteReading> {
    return this.read({ refresh: this.#isOutdated });
  }

  async #readNow(): Promise<SiteReading> {
    this.#number += 1;
    const number = this.#number;
    this.#isOutdated = false;
    const reading = new SiteReading(await this.#readSite());
    // A slow answer to an earlier question does not take the place of a later one.
    if (this.#last === undefined || this.#last.number < number) this.#last = { reading, number };
    return reading;
  }

  async #readSite(): Promise<SiteInventory> {
    const site = await this.#port.readSite();
    const answers = await Promise.all(site.hosts.map((host) => this.#readHost(host)));
    return {
      site,
      hosts: answers.filter((answer) => 'host' in answer),
      unreachable: answers.filter((answer) => 'reason' in answer),
      readAtMs: this.#clock.nowMs(),
    };
  }

  async #readHost({ id, name }: SiteHost): Promise<HostInventory | UnreachableHost> {
    try {
      return await this.#port.readHost(id);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const reason = isAppError(error, 'hyperv.host-unreachable') ? error.params.reason : error.text.title;
      return { hostId: id, name, reason };
    }
  }
}
