// Which way every file of the site was read, and by whom: through its host or out of a volume snapshot. Counted per file
// and reader, bounded; so it can be proved that off-host reads touch nothing but snapshots.
import type { Clock } from '../../engine/ports/clock.ts';
import type { HostId } from '../../../shared/model/ids.ts';
import type { LabAccesses, LabFileAccess } from '../lab.ts';

/** The ones that were last read longest ago are forgotten first. */
const mostAccesses = 2000;

export type AccessKind =
  | { readonly way: 'host'; readonly hostId: HostId }
  | { readonly way: 'snapshot'; readonly hostId: HostId; readonly setId: string; readonly proxyId: HostId };

export class AccessLog implements LabAccesses {
  readonly #clock: Clock;
  readonly #accesses = new Map<string, LabFileAccess>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  list(): readonly LabFileAccess[] {
    return [...this.#accesses.values()];
  }

  clear(): void {
    this.#accesses.clear();
  }

  /** Also for a file that is opened only: with 0 bytes. @param path as its host names it */
  record(kind: AccessKind, path: string, bytes: number): void {
    const by = kind.way === 'host' ? kind.hostId : kind.proxyId;
    const setId = kind.way === 'host' ? '' : kind.setId;
    const key = [kind.way, setId, by, kind.hostId, path.toLowerCase()].join('|');
    const atMs = this.#clock.nowMs();
    const before = this.#accesses.get(key);
    this.#accesses.delete(key);
    this.#accesses.set(key, {
      ...kind,
      path,
      readBytes: (before?.readBytes ?? 0) + bytes,
      firstAtMs: before?.firstAtMs ?? atMs,
      lastAtMs: atMs,
    });
    const oldest = this.#accesses.keys().next();
    if (this.#accesses.size > mostAccesses && oldest.done !== true) this.#accesses.delete(oldest.value);
  }
}
