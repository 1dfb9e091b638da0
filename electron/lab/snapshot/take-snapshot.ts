// Takes one set of snapshots of several volumes at one instant: no write of a guest, no step of a merge and no other
// change of a file falls into it, whichever of the volumes it is on.
import type { LabVolume } from '../storage/lab-volume.ts';
import type { VmTable } from '../vm/vm-table.ts';
import type { Mutex } from '../mutex.ts';
import { runHolding } from '../mutex.ts';
import type { Site } from '../site.ts';
import { holdAllStill } from './change-gate.ts';
import type { NewSnapshotSet } from './snapshot-sets.ts';

export async function takeSnapshot(
  site: Site,
  vms: VmTable,
  volumes: readonly LabVolume[],
  wanted: NewSnapshotSet,
): Promise<void> {
  // In the order in which the lab has them, whatever the order of asking: two sets at once never wait for each other.
  const inOrder = site.volumes.filter((volume) => volumes.includes(volume));
  await site.snapshots.create(wanted, inOrder, (freeze) =>
    runHolding(diskLocks(vms, inOrder), () =>
      holdAllStill(
        inOrder.map((volume) => volume.gate),
        freeze,
      ),
    ),
  );
}

/** Of every open disk that has a file there. Whoever makes a checkpoint takes those of one VM in the same order. */
function diskLocks(vms: VmTable, volumes: readonly LabVolume[]): readonly Mutex[] {
  return vms.all.flatMap(({ vm }) =>
    vm.openDisks.filter((live) => volumes.includes(vm.storage.volumeOf(live.disk.path))).map((live) => live.mutex),
  );
}
