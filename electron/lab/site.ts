// What every part of one opened lab shares. Put together in open-lab.ts and handed around; no part makes its own.
import type { Clock } from '../engine/ports/clock.ts';
import type { HostId } from '../../shared/model/ids.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { PageContent } from './content/page-content.ts';
import type { FaultScript } from './faults.ts';
import type { SnapshotSets } from './snapshot/snapshot-sets.ts';
import type { StateStore } from './state/state-store.ts';
import type { AccessLog } from './storage/access-log.ts';
import type { HostStorage } from './storage/host-storage.ts';
import type { LabVolume } from './storage/lab-volume.ts';
import type { OpenFiles } from './storage/open-files.ts';

export interface Site {
  readonly folder: string;
  readonly clock: Clock;
  readonly store: StateStore;
  readonly faults: FaultScript;
  readonly content: PageContent;
  readonly openFiles: OpenFiles;
  readonly volumes: readonly LabVolume[];
  readonly storages: ReadonlyMap<HostId, HostStorage>;
  readonly snapshots: SnapshotSets;
  readonly accesses: AccessLog;
  readonly guestSpeed: number;
  /** Multiplies that just now, see `Lab.setGuestPace`. */
  guestPace: number;
  /** Aborted when the lab is closed. */
  readonly closing: AbortSignal;
}

/** Error: `lab.no-such-thing`. */
export function storageOf(site: Site, hostId: HostId): HostStorage {
  const storage = site.storages.get(hostId);
  if (storage === undefined) throw new AppError('lab.no-such-thing', { what: `host ${hostId}` });
  return storage;
}
