// The port of the engine, answered by the lab: the same calls, the same refusals, the same asynchronous jobs as a real
// site. Holds no state of its own beside the jobs.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { CheckpointId, HostId, VmId } from '../../../shared/model/ids.ts';
import type { HostInventory, SiteFacts } from '../../../shared/model/site.ts';
import type {
  CheckpointRequest,
  ConfigurationFile,
  HostFiles,
  HyperVPort,
  JobRef,
  JobStatus,
  RemoveCheckpointRequest,
  VmRef,
  VmStatus,
} from '../../engine/ports/hyperv.ts';
import type { OffHostPort } from '../../engine/ports/off-host.ts';
import type { FaultPlace } from '../faults.ts';
import { storageOf, type Site } from '../site.ts';
import { LabHostFiles } from '../storage/host-files.ts';
import type { LabVm } from '../vm/lab-vm.ts';
import { removeCheckpoint } from '../vm/remove-checkpoint.ts';
import type { RunningVm, VmTable } from '../vm/vm-table.ts';
import { migrate, runCheckpointJob } from './checkpoint-job.ts';
import { configurationFiles } from './configuration-files.ts';
import type { Jobs } from './jobs.ts';
import { OffHostCalls } from './off-host-calls.ts';
import { activitiesOf, hostFacts, hostOf, siteFacts, stateOf, vmFacts, vmStatus, volumeFacts } from './site-facts.ts';

const pollMs = 50;

export class LabPort implements HyperVPort, OffHostPort {
  readonly #site: Site;
  readonly #vms: VmTable;
  readonly #jobs: Jobs;
  readonly #offHost: OffHostPort;

  constructor(site: Site, vms: VmTable, jobs: Jobs) {
    this.#site = site;
    this.#vms = vms;
    this.#jobs = jobs;
    this.#offHost = new OffHostCalls({
      site,
      vms,
      jobs,
      assertReachable: (hostId) => this.#assertReachable(hostId),
      ownerOf: (path) => this.#ownerOf(path),
    });
  }

  get siteName(): string {
    return this.#site.store.state.siteName;
  }

  async readSite(): Promise<SiteFacts> {
    return siteFacts(this.#site.store.state);
  }

  async readHost(hostId: HostId): Promise<HostInventory> {
    this.#assertReachable(hostId);
    const { state } = this.#site.store;
    const owned = this.#vms.all.filter(({ vm }) => vm.record.hostId === hostId);
    return {
      host: hostFacts(state, hostId),
      volumes: volumeFacts(this.#site, hostId),
      vms: await Promise.all(owned.map(({ vm }) => vmFacts(state, vm))),
    };
  }

  async findOwner(vmId: VmId): Promise<HostId> {
    const { hostId } = this.#vms.get(vmId, this.siteName).vm.record;
    this.#assertReachable(hostId);
    return hostId;
  }

  async readVm(ref: VmRef): Promise<VmStatus> {
    const { vm, merger } = this.#owned(ref);
    return vmStatus(this.#site.store.state, vm, merger);
  }

  async requestCheckpoint(request: CheckpointRequest): Promise<JobRef> {
    const { vm } = this.#owned(request);
    const { name, checkpoints } = vm.record;
    const busy = activitiesOf(vm)[0];
    const state = stateOf(vm);
    if (state !== 'running' || busy !== undefined)
      throw new AppError('hyperv.vm-state', { vm: name, host: request.hostId, state: busy ?? state });
    const wish = { name: request.tag, consistency: request.consistency };
    const other = checkpoints.find((checkpoint) => checkpoint.kind === 'recovery');
    const job = this.#jobs.start(request.hostId, this.#site.store.newGuid('job'), async (handle) => {
      if (other === undefined) return runCheckpointJob(this.#site, vm, wish, handle);
      const reason = `the VM already has the recovery checkpoint "${other.name}"`;
      throw new AppError('hyperv.checkpoint-failed', { vm: name, host: request.hostId, reason });
    });
    this.#answer('request-checkpoint', vm);
    return job;
  }

  async readJob(job: JobRef): Promise<JobStatus> {
    this.#assertReachable(job.hostId);
    return this.#jobs.read(job);
  }

  async removeCheckpoint(request: RemoveCheckpointRequest): Promise<JobRef> {
    const { vm, merger } = this.#owned(request);
    const fault = this.#site.faults.peek('remove-checkpoint', vm.place);
    if (fault?.effect === 'vm-migrates') {
      this.#site.faults.take('remove-checkpoint', vm.place);
      await migrate(this.#site, vm, fault);
      this.#owned(request);
    }
    const { checkpointId, expectedTag } = request;
    const begun = await removeCheckpoint(this.#site, { vm, merger }, checkpointId, expectedTag);
    const job = this.#jobs.start(request.hostId, this.#site.store.newGuid('job'), async (handle) => {
      handle.reached('working');
      await this.#untilMergeHasBegun({ vm, merger }, begun);
      return undefined;
    });
    this.#answer('remove-checkpoint', vm);
    return job;
  }

  async readConfiguration(ref: VmRef, checkpointId: CheckpointId): Promise<readonly ConfigurationFile[]> {
    return configurationFiles(this.#owned(ref).vm.record, checkpointId);
  }

  hostFiles(hostId: HostId): HostFiles {
    return new LabHostFiles({
      hostId,
      storage: storageOf(this.#site, hostId),
      openFiles: this.#site.openFiles,
      accesses: this.#site.accesses,
      faults: this.#site.faults,
      ownerOf: (path) => this.#ownerOf(path),
      assertReachable: (id) => this.#assertReachable(id),
    });
  }

  readOffHostFacts: OffHostPort['readOffHostFacts'] = () => this.#offHost.readOffHostFacts();
  requestVolumeSnapshot: OffHostPort['requestVolumeSnapshot'] = (request) =>
    this.#offHost.requestVolumeSnapshot(request);
  listVolumeSnapshots: OffHostPort['listVolumeSnapshots'] = (hostId) => this.#offHost.listVolumeSnapshots(hostId);
  mountVolumeSnapshot: OffHostPort['mountVolumeSnapshot'] = (options) => this.#offHost.mountVolumeSnapshot(options);
  unmountVolumeSnapshot: OffHostPort['unmountVolumeSnapshot'] = (options) =>
    this.#offHost.unmountVolumeSnapshot(options);
  deleteVolumeSnapshot: OffHostPort['deleteVolumeSnapshot'] = (options) => this.#offHost.deleteVolumeSnapshot(options);
  snapshotFiles: OffHostPort['snapshotFiles'] = (options) => this.#offHost.snapshotFiles(options);

  /** The lab itself stays open: whoever opened it closes it. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Error: `hyperv.vm-not-found` where this host does not own it. */
  #owned({ hostId, vmId }: VmRef): RunningVm {
    this.#assertReachable(hostId);
    const running = this.#vms.get(vmId, hostId);
    if (running.vm.record.hostId !== hostId) throw new AppError('hyperv.vm-not-found', { vm: vmId, host: hostId });
    return running;
  }

  #assertReachable(hostId: HostId): void {
    const host = hostOf(this.#site.store.state, hostId);
    const fault = this.#site.faults.take('call', { hostId });
    if (host.nodeState === 'down') throw unreachable(hostId, 'the host is down');
    if (fault !== undefined) throw unreachable(hostId, 'the network name is no longer available (0x80070040)');
  }

  /** What the host has done stays done, also when the answer is lost. */
  #answer(at: 'request-checkpoint' | 'remove-checkpoint', vm: LabVm): void {
    const { faults } = this.#site;
    if (faults.peek(at, vm.place)?.effect !== 'lost-answer') return;
    faults.take(at, vm.place);
    throw unreachable(vm.record.hostId, 'the connection was closed before the answer came');
  }

  /** The job is over when the merge goes on by itself; what keeps it from beginning is the job's error. */
  async #untilMergeHasBegun({ vm, merger }: RunningVm, files: readonly string[]): Promise<void> {
    for (;;) {
      const pending = vm.record.merges.filter((merge) => files.includes(merge.from));
      const progresses = pending.map((merge) => merger.progressOf(merge.slot));
      const problem = progresses.find((progress) => progress?.waitsFor !== undefined)?.waitsFor;
      if (problem !== undefined) throw problem;
      const isBegun = progresses.some((progress) => progress !== undefined);
      if (pending.length === 0 || isBegun || !merger.hasWork) return;
      await this.#site.clock.sleep(pollMs, this.#site.closing);
    }
  }

  #ownerOf(path: string): FaultPlace {
    const wanted = path.toLowerCase();
    const isMine = (file: string): boolean => file.toLowerCase() === wanted;
    const owner = this.#vms.all.find(({ vm }) => vm.record.disks.some((disk) => disk.files.some(isMine)));
    return owner === undefined ? {} : owner.vm.place;
  }
}

function unreachable(host: HostId, reason: string): AppError {
  return new AppError('hyperv.host-unreachable', { host, reason });
}
