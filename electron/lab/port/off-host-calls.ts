// The off-host half of the port: snapshots of volumes, mounted on proxies, found and removed by tag and id. Refuses what
// VSS and a proxy would refuse. Everything that outlives a call is kept by the snapshot sets.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { HostId } from '../../../shared/model/ids.ts';
import type { OffHostFacts, SnapshotMount, VolumeSnapshotFacts } from '../../../shared/model/off-host.ts';
import type { HostFiles, JobRef } from '../../engine/ports/hyperv.ts';
import type { OffHostPort, VolumeSnapshotRequest } from '../../engine/ports/off-host.ts';
import type { FaultPlace, FaultPoint } from '../faults.ts';
import { storageOf, type Site } from '../site.ts';
import type { ProxyState, SnapshotSetRecord } from '../state/lab-state.ts';
import { LabSnapshotFiles } from '../storage/snapshot-files.ts';
import type { VmTable } from '../vm/vm-table.ts';
import type { Jobs } from './jobs.ts';
import { mountRefusal } from './mount-refusal.ts';
import { holderOf, mountsOf, offHostFacts, snapshotFacts } from './off-host-facts.ts';
import { runSnapshotJob, type SnapshotsInTheMaking } from './snapshot-job.ts';

export interface OffHostParts {
  readonly site: Site;
  readonly vms: VmTable;
  readonly jobs: Jobs;
  /** Throws where the host does not answer. */
  readonly assertReachable: (hostId: HostId) => void;
  readonly ownerOf: (hostPath: string) => FaultPlace;
}

interface SetOptions {
  readonly hostId: HostId;
  readonly setId: string;
  readonly expectedTag: string;
}

/** What we call ours; everything else is another product's and is neither listed nor touched. */
const ourPrefix = 'Stillpoint ';

export class OffHostCalls implements OffHostPort {
  readonly #parts: OffHostParts;
  readonly #inTheMaking: SnapshotsInTheMaking = new Set();

  constructor(parts: OffHostParts) {
    this.#parts = parts;
  }

  async readOffHostFacts(): Promise<OffHostFacts> {
    const { site } = this.#parts;
    const isUp = (hostId: HostId): boolean =>
      site.store.state.hosts.some((host) => host.id === hostId && host.nodeState !== 'down');
    return offHostFacts(site, isUp);
  }

  async requestVolumeSnapshot(request: VolumeSnapshotRequest): Promise<JobRef> {
    const { site, vms, jobs, assertReachable } = this.#parts;
    assertReachable(request.hostId);
    const job = jobs.start(request.hostId, site.store.newGuid('job'), async (handle) => {
      await runSnapshotJob(site, vms, request, handle, this.#inTheMaking);
      return undefined;
    });
    this.#loseAnswer('request-snapshot', request.hostId);
    return job;
  }

  async listVolumeSnapshots(hostId: HostId): Promise<readonly VolumeSnapshotFacts[]> {
    const { site, assertReachable } = this.#parts;
    assertReachable(hostId);
    const { state } = site.store;
    return site.snapshots.all
      .filter((set) => set.tag.startsWith(ourPrefix) && holderOf(state, set) === hostId)
      .map((set) => snapshotFacts(state, set));
  }

  async mountVolumeSnapshot(options: SetOptions & { readonly proxyId: HostId }): Promise<readonly SnapshotMount[]> {
    const { site } = this.#parts;
    const proxy = this.#proxy(options.proxyId);
    const set = this.#ours(options);
    if (set === undefined) throw this.#gone(options);
    const { state } = site.store;
    if (set.mountedOn.includes(proxy.id)) return mountsOf(state, set, proxy.id);
    const fault = site.faults.take('mount-snapshot', { hostId: options.hostId });
    const failure = fault?.effect === 'mount-fails' ? 'the import of the volume failed (0x80042306)' : undefined;
    const reason = failure ?? mountRefusal(state, set, proxy);
    const { setId, hostId } = options;
    if (reason !== undefined)
      throw new AppError('hyperv.snapshot-mount-refused', { snapshot: setId, host: hostId, proxy: proxy.name, reason });
    await site.snapshots.mount(setId, proxy.id);
    if (fault?.effect === 'lost-answer') throw proxyLost(proxy.name);
    return mountsOf(state, set, proxy.id);
  }

  async unmountVolumeSnapshot(options: SetOptions & { readonly proxyId: HostId }): Promise<void> {
    const { site } = this.#parts;
    const proxy = this.#proxy(options.proxyId);
    const set = this.#ours(options);
    if (set?.mountedOn.includes(proxy.id) !== true) return;
    const fault = site.faults.take('unmount-snapshot', { hostId: options.hostId });
    const place = { snapshot: set.setId, host: options.hostId, proxy: proxy.name };
    if (fault?.effect === 'unmount-fails')
      throw new AppError('hyperv.snapshot-unmount-failed', { ...place, reason: 'the volume is in use (0x80070020)' });
    await site.snapshots.unmount(set.setId, proxy.id);
    if (fault?.effect === 'lost-answer') throw proxyLost(proxy.name);
  }

  async deleteVolumeSnapshot(options: SetOptions): Promise<void> {
    const { site } = this.#parts;
    const set = this.#ours(options);
    if (set === undefined) return;
    const place = { snapshot: set.setId, host: options.hostId };
    const mountedOn = set.mountedOn[0];
    if (mountedOn !== undefined) {
      const proxy = site.store.state.proxies.find(({ id }) => id === mountedOn)?.name ?? mountedOn;
      throw new AppError('hyperv.snapshot-mounted', { ...place, proxy });
    }
    const fault = site.faults.take('delete-snapshot', { hostId: options.hostId });
    if (fault?.effect === 'delete-fails')
      throw new AppError('hyperv.snapshot-delete-failed', { ...place, reason: 'the provider failed (0x80042306)' });
    await site.snapshots.delete(set.setId);
    if (fault?.effect === 'lost-answer') throw answerLost(options.hostId);
  }

  snapshotFiles(options: { readonly hostId: HostId; readonly setId: string; readonly proxyId: HostId }): HostFiles {
    const { site, ownerOf } = this.#parts;
    const { hostId, setId, proxyId } = options;
    return new LabSnapshotFiles({
      hostId,
      setId,
      proxyId,
      storage: storageOf(site, hostId),
      snapshots: site.snapshots,
      accesses: site.accesses,
      faults: site.faults,
      ownerOf,
      assertReadable: () => {
        const proxy = this.#proxy(proxyId);
        const set = this.#find(options);
        if (set === undefined) throw this.#gone(options);
        if (!set.mountedOn.includes(proxy.id))
          throw new AppError('hyperv.snapshot-not-mounted', { snapshot: setId, host: hostId, proxy: proxy.name });
      },
    });
  }

  #find({ hostId, setId }: { readonly hostId: HostId; readonly setId: string }): SnapshotSetRecord | undefined {
    const { site } = this.#parts;
    const set = site.snapshots.find(setId.toLowerCase());
    return set !== undefined && holderOf(site.store.state, set) === hostId ? set : undefined;
  }

  /** Undefined for one that is gone. Error: `hyperv.snapshot-not-ours`. */
  #ours(options: SetOptions): SnapshotSetRecord | undefined {
    this.#parts.assertReachable(options.hostId);
    const set = this.#find(options);
    if (set !== undefined && set.tag !== options.expectedTag)
      throw new AppError('hyperv.snapshot-not-ours', { snapshot: set.setId, host: options.hostId, tag: set.tag });
    return set;
  }

  #gone({ hostId, setId }: { readonly hostId: HostId; readonly setId: string }): AppError {
    const loss = this.#parts.site.snapshots.lossOf(setId);
    return loss ?? new AppError('hyperv.snapshot-not-found', { snapshot: setId, host: hostId });
  }

  /** Error: `hyperv.proxy-unreachable`. */
  #proxy(proxyId: HostId): ProxyState {
    const { site } = this.#parts;
    const proxy = site.store.state.proxies.find((candidate) => candidate.id === proxyId);
    const unreachable = (reason: string): AppError =>
      new AppError('hyperv.proxy-unreachable', { proxy: proxy?.name ?? proxyId, reason });
    if (proxy === undefined) throw unreachable('no machine of this name answers');
    if (site.faults.take('proxy-call', { hostId: proxyId }) === undefined) return proxy;
    throw unreachable('the network name is no longer available (0x80070040)');
  }

  /** What the host has begun goes on, also when the answer is lost. */
  #loseAnswer(at: FaultPoint, hostId: HostId): void {
    if (this.#parts.site.faults.take(at, { hostId })?.effect === 'lost-answer') throw answerLost(hostId);
  }
}

function answerLost(host: HostId): AppError {
  return new AppError('hyperv.host-unreachable', { host, reason: 'the connection was closed before the answer came' });
}

function proxyLost(proxy: string): AppError {
  return new AppError('hyperv.proxy-unreachable', {
    proxy,
    reason: 'the connection was closed before the answer came',
  });
}
