// A Hyper-V site of plain objects for the engine's unit tests: scripted, and honest about what Hyper-V does late. It
// holds no disks; the lab does.
import { AppError } from '../../../shared/errors/app-error.ts';
import {
  toCheckpointId,
  toDiskSlot,
  toHostId,
  toJobId,
  toVmId,
  type HostId,
  type VmId,
} from '../../../shared/model/ids.ts';
import type {
  CheckpointFacts,
  DriveFacts,
  HostInventory,
  SiteFacts,
  VmFacts,
  VolumeFacts,
} from '../../../shared/model/site.ts';
import type { Clock } from '../ports/clock.ts';
import type {
  CheckpointRequest,
  ConfigurationFile,
  HostFiles,
  HyperVPort,
  JobRef,
  JobStatus,
  MergeJob,
  RemoveCheckpointRequest,
  VmRef,
  VmStatus,
} from '../ports/hyperv.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
export type FakeVm = Mutable<VmFacts>;

export function fakeDrive(name: string, location: number, overrides: Partial<DriveFacts> = {}): DriveFacts {
  const path = `D:\\VMs\\${name}\\disk${location}.vhdx`;
  return {
    slot: toDiskSlot('scsi', 0, location),
    controllerType: 'scsi',
    controllerNumber: 0,
    controllerLocation: location,
    path,
    format: 'vhdx',
    isShared: false,
    chain: [path],
    ...overrides,
  };
}

export function fakeVm(name: string, host: string, overrides: Partial<VmFacts> = {}): FakeVm {
  return {
    id: toVmId(`00000000-0000-4000-8000-${Buffer.from(name).toString('hex').padStart(12, '0')}`),
    name,
    hostId: toHostId(host),
    isClustered: false,
    generation: 2,
    configurationVersion: '9.0',
    state: 'running',
    activities: [],
    guest: 'windows',
    processorCount: 2,
    memoryBytes: 2 ** 31,
    integrationServices: [],
    drives: [fakeDrive(name, 0), fakeDrive(name, 1)],
    checkpoints: [],
    ...overrides,
  };
}

/** What the site is told to do differently. Times in milliseconds after the request. */
export interface FakeScript {
  quiesceAtMs: number;
  jobEndsAtMs: number;
  appearsAtMs: number;
  mergeTakesMs: number;
  achieved: CheckpointFacts['consistency'];
  /** The job fails with this, and no checkpoint is made; one of a crash-consistent checkpoint does not. */
  jobError?: Error;
  /** Called before each port call takes effect; what it throws is the answer. */
  before?: (method: string, count: number) => void;
  /** The same after it took effect: an answer that is lost. */
  after?: (method: string, count: number) => void;
  /** How the job of a removal ends, while the merge goes its own way. */
  removeJobError?: Error;
  mergeStalls: boolean;
  statesProgress: boolean;
  /** False: nothing but the drives' paths tells that a merge goes on, as remote hosts often have it. */
  showsMerging: boolean;
  /** How long the VM says that it merges although its drives point back already. */
  lingersMs: number;
  hostBuild: number;
  /** Of the one volume `D:\\` that each host has. */
  volumeBytes: number;
  /** Of that, with no checkpoint standing. */
  freeBytes: number;
  /** By which the file of each disk grows while a checkpoint stands. */
  growthBytesPerSecond: number;
}

interface FakeJob {
  readonly vmId: VmId;
  readonly kind: 'create' | 'remove';
  readonly startedAtMs: number;
  readonly tag: string;
  readonly error?: Error;
}

export class FakeSite implements HyperVPort {
  readonly siteName = 'fake';
  readonly vms: FakeVm[];
  readonly calls: string[] = [];
  readonly script: FakeScript = {
    quiesceAtMs: 1000,
    jobEndsAtMs: 3000,
    appearsAtMs: 4000,
    mergeTakesMs: 5000,
    achieved: 'application',
    mergeStalls: false,
    statesProgress: true,
    showsMerging: true,
    lingersMs: 0,
    hostBuild: 20_348,
    volumeBytes: 2 ** 40,
    freeBytes: 2 ** 39,
    growthBytesPerSecond: 2 ** 20,
  };
  readonly #clock: Clock;
  readonly #counts = new Map<string, number>();
  readonly #jobs = new Map<string, FakeJob>();
  readonly #pending: { atMs: number; run: () => void }[] = [];
  readonly #stalled: (() => void)[] = [];
  readonly #merges = new Map<VmId, { startedAtMs: number; endsAtMs: number }>();

  constructor(clock: Clock, vms: readonly FakeVm[]) {
    this.#clock = clock;
    this.vms = [...vms];
  }

  vm(vmId: VmId): FakeVm {
    const vm = this.vms.find((candidate) => candidate.id === vmId);
    if (vm === undefined) throw new AppError('hyperv.vm-not-found', { vm: vmId, host: 'any host' });
    return vm;
  }

  /** The calls that change something on a host. */
  get mutations(): readonly string[] {
    return this.calls.filter((call) => call === 'requestCheckpoint' || call === 'removeCheckpoint');
  }

  /** What a run must never leave: tagged checkpoints, drives on AVHDX files. */
  get remains(): readonly string[] {
    this.#settle();
    return this.vms.flatMap((vm) => [
      ...vm.checkpoints.map((checkpoint) => `${vm.name} ${checkpoint.name}`),
      ...vm.drives.filter((drive) => drive.path.endsWith('.avhdx')).map((drive) => drive.path),
    ]);
  }

  /** Merges that had stalled come to their end. */
  finishMerges(): void {
    this.#stalled.splice(0).forEach((thaw) => thaw());
  }

  readSite(): Promise<SiteFacts> {
    return this.#call('readSite', () => {
      const names = [...new Set(this.vms.map((vm) => vm.hostId))];
      return { name: this.siteName, hosts: names.map((id) => ({ id, name: id, inCluster: false })) };
    });
  }

  readHost(hostId: HostId): Promise<HostInventory> {
    return this.#call('readHost', () => ({
      host: { id: hostId, name: hostId, osName: 'Windows Server 2022', buildNumber: this.script.hostBuild },
      volumes: [this.#volumeOf(hostId)],
      vms: structuredClone(this.vms.filter((vm) => vm.hostId === hostId)),
    }));
  }

  findOwner(vmId: VmId): Promise<HostId> {
    return this.#call('findOwner', () => this.vm(vmId).hostId);
  }

  readVm({ hostId, vmId }: VmRef): Promise<VmStatus> {
    return this.#call('readVm', () => {
      const vm = this.vm(vmId);
      if (vm.hostId !== hostId) throw new AppError('hyperv.vm-not-found', { vm: vm.name, host: hostId });
      return { vm: structuredClone(vm), mergeJobs: this.#mergeJobs(vm), growth: this.#growthOf(vm) };
    });
  }

  requestCheckpoint(request: CheckpointRequest): Promise<JobRef> {
    return this.#call('requestCheckpoint', () => {
      const { jobError, jobEndsAtMs, appearsAtMs } = this.script;
      const vm = this.vm(request.vmId);
      vm.activities = ['creating-checkpoint'];
      this.#after(jobEndsAtMs, () => (vm.activities = []));
      const error = request.consistency === 'application' ? jobError : undefined;
      if (error === undefined) this.#after(appearsAtMs, () => this.#freeze(vm, request));
      return this.#newJob(request, 'create', request.tag, error);
    });
  }

  readJob({ jobId }: JobRef): Promise<JobStatus> {
    return this.#call('readJob', () => {
      const job = this.#jobs.get(jobId);
      if (job === undefined) throw new AppError('hyperv.job-unknown', { host: 'any', job: jobId });
      const { quiesceAtMs, jobEndsAtMs } = this.script;
      const ageMs = this.#clock.nowMs() - job.startedAtMs;
      const isOver = ageMs >= jobEndsAtMs;
      if (isOver && job.error !== undefined) return { state: 'failed', stage: 'working', error: job.error };
      if (isOver) return { state: 'completed', stage: 'working' };
      return { state: 'running', stage: ageMs >= quiesceAtMs ? 'quiescing' : 'accepted' };
    });
  }

  removeCheckpoint(request: RemoveCheckpointRequest): Promise<JobRef> {
    return this.#call('removeCheckpoint', () => {
      const vm = this.vm(request.vmId);
      const checkpoint = vm.checkpoints.find((candidate) => candidate.id === request.checkpointId);
      const words = { vm: vm.name, host: vm.hostId, checkpoint: request.checkpointId };
      if (checkpoint === undefined) throw new AppError('hyperv.checkpoint-not-found', words);
      if (checkpoint.name !== request.expectedTag)
        throw new AppError('hyperv.checkpoint-not-ours', { ...words, name: checkpoint.name });
      vm.checkpoints = vm.checkpoints.filter((candidate) => candidate !== checkpoint);
      if (this.script.showsMerging) vm.activities = ['merging-disks'];
      const { mergeTakesMs, mergeStalls } = this.script;
      const startedAtMs = this.#clock.nowMs();
      this.#merges.set(vm.id, { startedAtMs, endsAtMs: startedAtMs + mergeTakesMs });
      const thaw = (): void => this.#thaw(vm, checkpoint);
      if (mergeStalls) this.#stalled.push(thaw);
      else this.#after(mergeTakesMs, thaw);
      return this.#newJob(request, 'remove', checkpoint.name, this.script.removeJobError);
    });
  }

  readConfiguration(): Promise<readonly ConfigurationFile[]> {
    return this.#call('readConfiguration', () => [{ name: 'vm.vmcx', content: new Uint8Array([1, 2, 3]) }]);
  }

  hostFiles(): HostFiles {
    const refuse = () => Promise.reject(new Error('the fake site has no files'));
    return { open: refuse, parentCandidates: () => [], identity: refuse };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #call<T>(method: string, effect: () => T): Promise<T> {
    this.#settle();
    this.calls.push(method);
    const count = (this.#counts.get(method) ?? 0) + 1;
    this.#counts.set(method, count);
    this.script.before?.(method, count);
    const answer = effect();
    this.script.after?.(method, count);
    await Promise.resolve();
    return answer;
  }

  #freeze(vm: FakeVm, { tag, consistency }: CheckpointRequest): void {
    const frozenDrives = vm.drives.map(({ slot, path }) => ({ slot, path }));
    const achieved = consistency === 'crash' ? consistency : this.script.achieved;
    const checkpoint: CheckpointFacts = {
      id: toCheckpointId(`c${this.#jobs.size}-${vm.id}`),
      name: tag,
      kind: 'recovery',
      createdAtMs: this.#clock.nowMs(),
      quiescing: achieved === 'application' ? 'vss' : 'none',
      frozenDrives,
      ...(achieved === undefined ? {} : { consistency: achieved }),
    };
    vm.checkpoints = [...vm.checkpoints, checkpoint];
    vm.drives = vm.drives.map((drive) => {
      const path = drive.path.replace(/\.vhdx$/, `_${this.#jobs.size}.avhdx`);
      return { ...drive, path, chain: [path, ...drive.chain] };
    });
  }

  #thaw(vm: FakeVm, checkpoint: CheckpointFacts): void {
    this.#after(this.script.lingersMs, () => (vm.activities = []));
    this.#merges.delete(vm.id);
    vm.drives = vm.drives.map((drive) => {
      const path = checkpoint.frozenDrives.find((frozen) => frozen.slot === drive.slot)?.path ?? drive.path;
      return { ...drive, path, chain: drive.chain.slice(1) };
    });
  }

  #mergeJobs(vm: FakeVm): readonly MergeJob[] {
    const merge = this.#merges.get(vm.id);
    if (merge === undefined || !this.script.statesProgress) return [];
    const ageMs = this.#clock.nowMs() - merge.startedAtMs;
    const fraction = this.script.mergeStalls ? 0.4 : Math.min(1, ageMs / (merge.endsAtMs - merge.startedAtMs));
    return vm.drives.map((drive) => ({ path: drive.path, fraction }));
  }

  #volumeOf(hostId: HostId): VolumeFacts {
    const files = this.vms.filter((vm) => vm.hostId === hostId).flatMap((vm) => this.#checkpointFilesOf(vm));
    const takenBytes = files.reduce((sum, file) => sum + file.fileSizeBytes, 0);
    const { volumeBytes: sizeBytes, freeBytes } = this.script;
    return {
      path: 'D:\\',
      label: 'VMs',
      sizeBytes,
      freeBytes: Math.max(0, freeBytes - takenBytes),
      isClusterShared: false,
    };
  }

  #growthOf(vm: FakeVm): VmStatus['growth'] {
    const { freeBytes } = this.#volumeOf(vm.hostId);
    return this.#checkpointFilesOf(vm).map((file) => ({ ...file, freeBytes }));
  }

  #checkpointFilesOf(vm: FakeVm): readonly { readonly path: string; readonly fileSizeBytes: number }[] {
    const sinceMs = this.#clock.nowMs() - Math.max(...vm.checkpoints.map((checkpoint) => checkpoint.createdAtMs));
    const perSecond = this.script.growthBytesPerSecond;
    const fileSizeBytes = Number.isFinite(sinceMs) ? Math.floor((sinceMs / 1000) * perSecond) : 0;
    return vm.drives.filter(({ path }) => path.endsWith('.avhdx')).map(({ path }) => ({ path, fileSizeBytes }));
  }

  #newJob({ hostId, vmId }: VmRef, kind: FakeJob['kind'], tag: string, error?: Error): JobRef {
    const jobId = toJobId(`job-${this.#jobs.size + 1}`);
    const failure = error === undefined ? {} : { error };
    this.#jobs.set(jobId, { vmId, kind, tag, startedAtMs: this.#clock.nowMs(), ...failure });
    return { hostId, jobId };
  }

  #after(ms: number, run: () => void): void {
    this.#pending.push({ atMs: this.#clock.nowMs() + ms, run });
  }

  /** Whatever is due by now has happened. */
  #settle(): void {
    this.#pending.sort((a, b) => a.atMs - b.atMs);
    while ((this.#pending[0]?.atMs ?? Infinity) <= this.#clock.nowMs()) this.#pending.shift()?.run();
  }
}
