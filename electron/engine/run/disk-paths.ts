// What the paths of a VM's drives say about checkpoints and merges. Pure. Paths are the host's own, so Windows rules
// apply: case does not matter.
import type { CheckpointFacts, DriveFacts, FrozenDrive, VmFacts } from '../../../shared/model/site.ts';

export function isSamePath(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Hyper-V names the file that a checkpoint redirects writes to .avhdx (.avhd for VHD disks). */
export function isCheckpointFile(path: string): boolean {
  return /\.avhdx?$/i.test(path);
}

export function drivesOf(vm: VmFacts): readonly FrozenDrive[] {
  return vm.drives.map(({ slot, path }) => ({ slot, path }));
}

export function checkpointsTagged(vm: VmFacts, tag: string): readonly CheckpointFacts[] {
  return vm.checkpoints.filter((checkpoint) => checkpoint.name === tag);
}

/**
 * The drives that are not back where they were before our checkpoint. A drive is back when it writes to its original
 * file; when a checkpoint of somebody else, made since, freezes that original file; or when it has been moved to a disk
 * file that no checkpoint made. A drive that was detached since is nobody's business.
 */
export function displacedDrives(vm: VmFacts, originals: readonly FrozenDrive[], tag: string): readonly DriveFacts[] {
  const others = vm.checkpoints.filter((checkpoint) => checkpoint.name !== tag);
  return vm.drives.filter((drive) => {
    const original = originals.find((candidate) => candidate.slot === drive.slot);
    if (original === undefined || isSamePath(drive.path, original.path)) return false;
    const isFrozenByOthers = others.some((checkpoint) =>
      checkpoint.frozenDrives.some((frozen) => frozen.slot === drive.slot && isSamePath(frozen.path, original.path)),
    );
    return !isFrozenByOthers && isCheckpointFile(drive.path);
  });
}
