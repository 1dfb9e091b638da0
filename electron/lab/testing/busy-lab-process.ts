// A process for tests to kill: opens the lab of argv[2] and makes and removes checkpoints of SQL01 for ever, while the
// guests write as fast as they can. Says on stdout what it is about to do, one word a line.
import { checkpointTag } from '../../../shared/model/checkpoint-tag.ts';
import { makeRunId } from '../../../shared/model/ids.ts';
import { systemClock } from '../../platform/system-clock.ts';
import { openLab } from '../index.ts';

const say = (word: string): void => {
  process.stdout.write(`${word}\n`);
};

const lab = await openLab({ folder: process.argv[2] ?? '', clock: systemClock, guestSpeed: 8 });
say('open');
lab.startGuests();
const owner = (await lab.port.readSite()).hosts[0];
if (owner === undefined) throw new Error('the site has no host');
const vm = (await lab.port.readHost(owner.id)).vms.find(({ name }) => name === 'SQL01');
if (vm === undefined) throw new Error('the lab has no SQL01');
const ref = { hostId: vm.hostId, vmId: vm.id };
const tag = checkpointTag(makeRunId(systemClock.nowMs(), 'c0ffee'));
for (;;) {
  const { vm: now } = await lab.port.readVm(ref);
  if (now.activities.length > 0) await systemClock.sleep(5);
  else {
    const left = now.checkpoints.find(({ kind }) => kind === 'recovery');
    say(left === undefined ? 'checkpoint' : 'merge');
    if (left === undefined) await lab.port.requestCheckpoint({ ...ref, tag, consistency: 'crash' });
    else await lab.port.removeCheckpoint({ ...ref, checkpointId: left.id, expectedTag: left.name });
  }
}
