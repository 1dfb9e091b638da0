// A process for tests to kill: opens the lab of argv[2] and, for ever, makes a checkpoint of SQL01, takes a set of volume
// snapshots whose tag names it, has the checkpoint merged and deletes the set, while the guests write as fast as they
// can. Says on stdout what it is about to do, one word a line.
import type { CheckpointId } from '../../../shared/model/ids.ts';
import { systemClock } from '../../platform/system-clock.ts';
import type { JobRef } from '../../engine/ports/hyperv.ts';
import { openLab } from '../index.ts';
import { systemProvider } from '../snapshot/volume-providers.ts';

const say = (word: string): void => {
  process.stdout.write(`${word}\n`);
};

const lab = await openLab({ folder: process.argv[2] ?? '', clock: systemClock, guestSpeed: 8 });
lab.startGuests();
const owner = (await lab.port.readSite()).hosts[0];
if (owner === undefined) throw new Error('the site has no host');
const { vms, volumes } = await lab.port.readHost(owner.id);
const vm = vms.find(({ name }) => name === 'SQL01');
if (vm === undefined) throw new Error('the lab has no SQL01');
const ref = { hostId: vm.hostId, vmId: vm.id };

async function untilEnded(job: JobRef): Promise<CheckpointId | undefined> {
  for (;;) {
    const status = await lab.port.readJob(job);
    if (status.error !== undefined) throw status.error;
    if (status.state !== 'running') return status.checkpointId;
    await systemClock.sleep(2);
  }
}

async function deleteSets(): Promise<void> {
  for (const { setId, tag } of await lab.port.listVolumeSnapshots(ref.hostId))
    await lab.port.deleteVolumeSnapshot({ hostId: ref.hostId, setId, expectedTag: tag });
}

for (;;) {
  say('checkpoint');
  const name = 'Stillpoint r-20260105-080000-c0ffee';
  const checkpointId = await untilEnded(await lab.port.requestCheckpoint({ ...ref, tag: name, consistency: 'crash' }));
  if (checkpointId === undefined) throw new Error('no checkpoint was made');
  await deleteSets();
  say('snapshot');
  await untilEnded(
    await lab.port.requestVolumeSnapshot({
      hostId: ref.hostId,
      volumePaths: volumes.map(({ path }) => path),
      providerId: systemProvider.id,
      variant: 'software',
      tag: `Stillpoint ${checkpointId}`,
    }),
  );
  say('merge');
  await lab.port.removeCheckpoint({ ...ref, checkpointId, expectedTag: name });
  while ((await lab.port.readVm(ref)).vm.activities.length > 0) await systemClock.sleep(5);
}
