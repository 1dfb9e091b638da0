// What a backup of these VMs would do, from the last reading of the site. Pure: decides nothing that the engine does not
// decide by the same rules.
import { AppError, type AppErrorData } from '../../shared/errors/app-error.ts';
import type { RunState } from '../../shared/events/run-state.ts';
import type {
  BackupPreviewView,
  ConcurrencyView,
  ModeView,
  PreviewVmView,
  PreviewVolumeView,
  RepositoryView,
} from '../../shared/ipc/views.ts';
import type { VmId } from '../../shared/model/ids.ts';
import type { BackupMode } from '../../shared/model/restore-point.ts';
import type { Consistency, HostInventory, SiteInventory, VmFacts, VolumeFacts } from '../../shared/model/site.ts';
import { vmRefusal } from '../engine/index.ts';
import { mostReadBytes, sum } from './views/vm-rows.ts';

export interface PreviewInput {
  readonly inventory: SiteInventory;
  readonly vmIds: readonly VmId[];
  readonly mode: BackupMode;
  readonly consistency: Consistency;
  readonly activeRuns: readonly RunState[];
  readonly repository: RepositoryView;
  /** Why nothing could be written to it. */
  readonly repositoryRefusal?: AppError | undefined;
  readonly concurrency: ConcurrencyView;
}

interface ChosenVm {
  readonly vmId: VmId;
  /** Absent where no host that answered has it. */
  readonly found?: { readonly vm: VmFacts; readonly inventory: HostInventory };
}

export function previewBackup(input: PreviewInput): BackupPreviewView {
  const { inventory, mode, consistency, repository, concurrency } = input;
  const chosen = chosenVms(input);
  const vms = chosen.map((one) => previewVm(one, input));
  const refusal = wholeRefusal(input, vms);
  return {
    readAtMs: inventory.readAtMs,
    mode,
    consistency,
    modes,
    vms,
    volumes: volumesOf(chosen),
    repository,
    concurrency,
    ...(refusal === undefined ? {} : { refusal }),
  };
}

const modes: readonly ModeView[] = [
  { mode: 'on-host', isAvailable: true },
  { mode: 'off-host', isAvailable: false, reason: new AppError('engine.off-host-unavailable', {}).toData() },
];

function chosenVms({ inventory, vmIds }: PreviewInput): readonly ChosenVm[] {
  const wanted = new Set(vmIds);
  const found = new Map<VmId, ChosenVm['found']>();
  for (const host of inventory.hosts) {
    for (const vm of host.vms) if (wanted.has(vm.id)) found.set(vm.id, { vm, inventory: host });
  }
  return [...wanted].map((vmId) => {
    const one = found.get(vmId);
    return one === undefined ? { vmId } : { vmId, found: one };
  });
}

function previewVm({ vmId, found }: ChosenVm, { inventory, activeRuns }: PreviewInput): PreviewVmView {
  if (found === undefined) {
    const error = new AppError('hyperv.vm-not-found', { vm: vmId, host: hostsThatAnswered(inventory) });
    return { vmId, name: vmId, hostName: 'unknown', diskCount: 0, fileSizeBytes: 0, refusal: error.toData() };
  }
  const { vm } = found;
  const { host } = found.inventory;
  const run = activeRuns.find((candidate) => candidate.vmOrder.includes(vmId));
  const refusal =
    run === undefined
      ? vmRefusal(vm, host, inventory.site)
      : new AppError('engine.vm-in-active-run', { vm: vm.name, run: run.runId });
  return {
    vmId,
    name: vm.name,
    hostName: host.name,
    diskCount: vm.drives.length,
    fileSizeBytes: bytesToRead(vm),
    ...(refusal === undefined ? {} : { refusal: refusal.toData() }),
  };
}

/** 0 where it is not known of every disk: a sum over some of them would say too little. */
function bytesToRead({ drives }: VmFacts): number {
  const sizes = drives.map(mostReadBytes);
  return sizes.includes(undefined) ? 0 : sum(sizes.map((size) => size ?? 0));
}

function hostsThatAnswered({ unreachable }: SiteInventory): string {
  if (unreachable.length === 0) return 'any host of the site';
  return `any host that answered (${unreachable.map((host) => host.name).join(', ')} did not)`;
}

function refusesAll({ code }: AppErrorData, { unreachable }: SiteInventory): boolean {
  // With a silent host the VM may be there: it is tried.
  return code === 'engine.vm-in-active-run' || (code === 'hyperv.vm-not-found' && unreachable.length === 0);
}

/** In the order in which the engine would meet it. */
function wholeRefusal(
  { vmIds, mode, repositoryRefusal, inventory }: PreviewInput,
  vms: readonly PreviewVmView[],
): BackupPreviewView['refusal'] {
  if (vmIds.length === 0) return new AppError('engine.nothing-to-back-up', {}).toData();
  if (repositoryRefusal !== undefined) return repositoryRefusal.toData();
  const chosenMode = modes.find((candidate) => candidate.mode === mode);
  if (chosenMode?.reason !== undefined) return chosenMode.reason;
  // The engine begins no run around one of these; a VM with any other refusal fails by itself.
  const blocking = vms.find(({ refusal }) => refusal !== undefined && refusesAll(refusal, inventory));
  if (blocking !== undefined) return blocking.refusal;
  return vms.every((vm) => vm.refusal !== undefined) ? vms[0]?.refusal : undefined;
}

/** Those that hold disks of the chosen VMs. A cluster shared volume is one, whichever host names it. */
function volumesOf(chosen: readonly ChosenVm[]): readonly PreviewVolumeView[] {
  const volumes = new Map<string, PreviewVolumeView>();
  for (const { found } of chosen) {
    if (found === undefined) continue;
    const { host, volumes: known } = found.inventory;
    for (const drive of found.vm.drives) {
      const volume = volumeOf(drive.path, known);
      if (volume === undefined) continue;
      const { path, freeBytes, sizeBytes, isClusterShared } = volume;
      const key = `${isClusterShared ? '' : host.id} ${path.toLowerCase()}`;
      const before = volumes.get(key) ?? { hostName: host.name, path, freeBytes, sizeBytes, diskCount: 0 };
      volumes.set(key, { ...before, diskCount: before.diskCount + 1 });
    }
  }
  return [...volumes.values()];
}

/** The deepest volume the path lies on; whole segments, in any case: `Volume3` does not hold what is on `Volume33`. */
export function volumeOf(path: string, volumes: readonly VolumeFacts[]): VolumeFacts | undefined {
  const segments = segmentsOf(path);
  const holding = volumes.filter((volume) => {
    const root = segmentsOf(volume.path);
    return root.length > 0 && root.every((segment, at) => segment === segments[at]);
  });
  return holding.sort((a, b) => segmentsOf(b.path).length - segmentsOf(a.path).length)[0];
}

function segmentsOf(path: string): readonly string[] {
  return path
    .toLowerCase()
    .split(/[\\/]+/)
    .filter((segment) => segment !== '');
}
