// Reads the whole site, each host by itself: one that does not answer is named, and does not hide the others.
import { AppError, isAppError } from '../../shared/errors/app-error.ts';
import type { HostInventory, SiteHost, SiteInventory, UnreachableHost } from '../../shared/model/site.ts';
import type { Clock } from '../engine/ports/clock.ts';
import type { HyperVPort } from '../engine/ports/hyperv.ts';

export class SiteReader {
  readonly #port: HyperVPort;
  readonly #clock: Clock;
  #last: SiteInventory | undefined;

  constructor(port: HyperVPort, clock: Clock) {
    this.#port = port;
    this.#clock = clock;
  }

  /** What was read last, or freshly read. @throws AppError when not even the site itself answers */
  async inventory({ refresh }: { readonly refresh: boolean }): Promise<SiteInventory> {
    if (!refresh && this.#last !== undefined) return this.#last;
    this.#last = await this.#read();
    return this.#last;
  }

  async #read(): Promise<SiteInventory> {
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
