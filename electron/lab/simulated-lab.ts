// An opened lab, as the outside sees it: port, truth, faults, operations, and an orderly end.
import type { HostId } from '../../shared/model/ids.ts';
import type { HyperVPort } from '../engine/ports/hyperv.ts';
import type { OffHostPort } from '../engine/ports/off-host.ts';
import type { LabFaults } from './faults.ts';
import type { Lab, LabAccesses, LabOperations, LabStatus, LabTruth } from './lab.ts';
import { labOperations } from './lab-operations.ts';
import { labStatus } from './lab-status.ts';
import type { Jobs } from './port/jobs.ts';
import { LabPort } from './port/lab-port.ts';
import { storageOf, type Site } from './site.ts';
import type { LabLock } from './state/lab-lock.ts';
import { labTruth } from './truth/lab-truth.ts';
import type { VmTable } from './vm/vm-table.ts';

const slowestPace = 0.001;

export interface SimulatedLabParts {
  readonly site: Site;
  readonly vms: VmTable;
  readonly jobs: Jobs;
  readonly lock: LabLock;
  readonly closing: AbortController;
}

export class SimulatedLab implements Lab {
  readonly folder: string;
  readonly scenarioName: string;
  readonly port: HyperVPort & OffHostPort;
  readonly truth: LabTruth;
  readonly faults: LabFaults;
  readonly operations: LabOperations;
  readonly accesses: LabAccesses;
  readonly #parts: SimulatedLabParts;
  #isClosed = false;

  constructor(parts: SimulatedLabParts) {
    const { site, vms, jobs } = parts;
    this.#parts = parts;
    this.folder = site.folder;
    this.scenarioName = site.store.state.scenarioName;
    this.port = new LabPort(site, vms, jobs);
    this.truth = labTruth(vms);
    this.faults = site.faults;
    this.operations = labOperations(site, vms);
    this.accesses = site.accesses;
  }

  startGuests(): void {
    for (const { vm } of this.#parts.vms.all) vm.startGuest();
  }

  setGuestPace(pace: number): void {
    this.#parts.site.guestPace = Math.min(1, Math.max(slowestPace, pace));
  }

  async stopGuests(): Promise<void> {
    await Promise.all(this.#parts.vms.all.map(({ vm }) => vm.guest.stop()));
  }

  status(): Promise<LabStatus> {
    return labStatus(this.#parts.site, this.#parts.vms);
  }

  localPath(hostId: HostId, hostPath: string): string {
    return storageOf(this.#parts.site, hostId).localPath(hostPath);
  }

  /** Part of making a lab: every guest that runs has its database before the first backup. */
  async createGuestDatabases(): Promise<void> {
    for (const { vm } of this.#parts.vms.all) if (vm.record.state === 'running') await vm.guest.openDatabase();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { site, vms, jobs, lock, closing } = this.#parts;
    closing.abort();
    try {
      await jobs.idle();
      await Promise.all(vms.all.map(({ merger }) => merger.suspend()));
      await Promise.all(vms.all.map(({ vm }) => vm.close()));
    } finally {
      await site.snapshots.close();
      await lock.release();
    }
  }
}
