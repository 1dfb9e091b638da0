// What can go wrong in a run, in its recovery and with what it leaves behind, in the admin's words. Errors of VMs come
// first, then those of the run as a whole; leftovers have a file of their own.
import { errorSpec } from '../define-errors.ts';
import { fuseErrors } from './fuse.ts';
import { leftoverErrors } from './leftovers.ts';

type VmParams = Readonly<Record<'vm' | 'host', string>>;

const nothingChanged = 'Nothing was changed on the host.';

export const engineErrors = {
  'engine.off-host-unavailable': errorSpec('user', (_p: Record<string, never>) => ({
    title: 'Off-host mode is not available yet',
    meaning: `This version of Stillpoint reads the frozen disks through the host (on-host mode). ${nothingChanged}`,
    nextStep: 'Run the backup in on-host mode.',
  })),
  'engine.nothing-to-back-up': errorSpec('user', (_p: Record<string, never>) => ({
    title: 'No VM was chosen',
    meaning: 'A backup needs at least one VM.',
    nextStep: 'Name one or more VMs. `stillpoint audit` lists them.',
  })),
  'engine.vm-in-active-run': errorSpec('user', (p: { vm: string; run: string }) => ({
    title: `${p.vm} is being backed up already`,
    meaning: `Run ${p.run} works on it now. Two runs never share a VM. ${nothingChanged}`,
    nextStep: `Wait until run ${p.run} has ended, or cancel it.`,
  })),
  'engine.closed': errorSpec('user', (_p: Record<string, never>) => ({
    title: 'Stillpoint is closing',
    meaning: 'Runs that were going on are being cancelled and merged; new ones are not started.',
    nextStep: 'Start Stillpoint again, then run the backup.',
  })),
  'engine.cancelled': errorSpec('user', (_p: Record<string, never>) => ({
    title: 'The run was cancelled',
    meaning: 'It was stopped on request.',
    nextStep: 'Start the backup again when you want it.',
  })),
  'engine.gate-failed': errorSpec('user', (p: VmParams & { gate: string; evidence: string }) => ({
    title: `${p.vm} cannot be backed up online: ${p.gate}`,
    meaning: `${p.evidence}. ${nothingChanged}`,
    nextStep: 'Run `stillpoint audit` to see what has to be done, in which order and at what risk.',
  })),
  'engine.vm-not-running': errorSpec('user', (p: VmParams & { state: string }) => ({
    title: `${p.vm} is ${p.state}, not running`,
    meaning: `An online backup needs a running guest that can be quiesced. ${nothingChanged}`,
    nextStep: `Start ${p.vm} and back it up again. Backing up a VM that is off is not supported yet.`,
  })),
  'engine.vm-busy': errorSpec('transient', (p: VmParams & { activities: readonly string[] }) => ({
    title: `${p.vm} is busy on ${p.host}`,
    meaning: `Hyper-V is in the middle of something with it: ${p.activities.join(', ')}. ${nothingChanged}`,
    nextStep: 'Try again when that has ended.',
  })),
  'engine.foreign-recovery-checkpoint': errorSpec('user', (p: VmParams & { checkpoint: string; name: string }) => ({
    title: `${p.vm} has a recovery checkpoint of another backup product: "${p.name}"`,
    meaning: `Another backup may be running on it (checkpoint ${p.checkpoint}). It is not ours, so it was not touched.`,
    nextStep: 'Let the other backup end. If it is gone for good, remove that checkpoint with the product that made it.',
  })),
  'engine.own-leftover': errorSpec('user', (p: VmParams & { checkpoint: string; run: string }) => ({
    title: `${p.vm} still has the checkpoint of run ${p.run}`,
    meaning:
      `That run did not clean up after itself, or is going on in another Stillpoint (checkpoint ${p.checkpoint}). ` +
      'It was not touched.',
    nextStep: 'If no other Stillpoint is at work, run `stillpoint leftovers clean`, then the backup again.',
  })),
  'engine.hidden-chain': errorSpec('environment', (p: VmParams & { files: readonly string[] }) => ({
    title: `${p.vm} runs on AVHDX files, but no checkpoint is visible`,
    meaning: `A merge is unfinished or a checkpoint was lost: ${p.files.join(', ')}. ${nothingChanged}`,
    nextStep: `Look at the Hyper-V-VMMS Admin log on ${p.host} for events 19070 to 19100, and let the merge end first.`,
  })),
  'engine.unsupported-disk': errorSpec('user', (p: VmParams & { disk: string; path: string; reason: string }) => ({
    title: `Disk ${p.disk} of ${p.vm} cannot be backed up`,
    meaning: `${p.path} is ${p.reason}. A restore point without it would be incomplete. ${nothingChanged}`,
    nextStep: 'Move its data to a .vhdx of its own, or back it up from inside the guest and detach it here.',
  })),
  'engine.no-disks': errorSpec('user', (p: VmParams) => ({
    title: `${p.vm} has no virtual disk`,
    meaning: `There is nothing to back up. ${nothingChanged}`,
    nextStep: 'Leave it out of the backup.',
  })),
  'engine.checkpoint-not-visible': errorSpec('environment', (p: VmParams & { waitedSeconds: number }) => ({
    title: `The checkpoint of ${p.vm} did not appear`,
    meaning: `It was requested, and had not appeared on ${p.host} after ${p.waitedSeconds} seconds.`,
    nextStep: `Look at the Hyper-V-VMMS Admin log on ${p.host} for the time of this run, then try again.`,
  })),
  'engine.checkpoint-warnings': errorSpec('environment', (p: VmParams & { reason: string }) => ({
    title: `The checkpoint of ${p.vm} was made with warnings`,
    meaning: `Hyper-V on ${p.host} reported: ${p.reason}`,
    nextStep: `Look at the Hyper-V-VMMS Admin log on ${p.host}. The consistency that was achieved is in the restore point.`,
  })),
  'engine.consistency-not-achieved': errorSpec(
    'environment',
    (p: VmParams & { asked: string; achieved: string; quiescing: string }) => ({
      title: `${p.vm} did not reach ${p.asked} consistency`,
      meaning: `The checkpoint came back as: ${p.achieved} (quiescing: ${p.quiescing}). Nothing was kept of it.`,
      nextStep: `Check the backup integration service in ${p.vm}, or ask for crash consistency and accept what it means.`,
    }),
  ),
  'engine.consistency-fallen-back': errorSpec('environment', (p: VmParams & { asked: string; why: string }) => ({
    title: `${p.vm} was backed up crash-consistent, not ${p.asked}-consistent`,
    meaning:
      `${p.why}. The restore point is what a power cut would leave: the guest repairs its file systems and databases ` +
      'when it starts from it, and transactions that were under way are lost.',
    nextStep: `See that the guest of ${p.vm} can be quiesced (its VSS writers, the backup integration service), and back it up again.`,
  })),
  'engine.question-closed': errorSpec('user', (p: { run: string; question: string }) => ({
    title: `Question ${p.question} of run ${p.run} is not open any more`,
    meaning: 'It was answered, its time was up, or the run went on or ended without it.',
    nextStep: 'Look at the run: it says what was decided.',
  })),
  'engine.choice-not-offered': errorSpec('user', (p: { choice: string; options: readonly string[] }) => ({
    title: `"${p.choice}" is no answer to this question`,
    meaning: `The choices are: ${p.options.join(', ')}. The question is still open.`,
    nextStep: 'Answer with one of them.',
  })),
  'engine.not-redirected': errorSpec('integrity', (p: VmParams & { files: readonly string[] }) => ({
    title: `${p.vm} still writes to a disk that should be frozen`,
    meaning: `A copy would not be a point in time. Not redirected: ${p.files.join(', ')}.`,
    nextStep: `Look at the Hyper-V-VMMS Admin log on ${p.host}, then try again.`,
  })),
  'engine.disks-changed': errorSpec('transient', (p: VmParams & { disks: readonly string[] }) => ({
    title: `The disks of ${p.vm} changed while its checkpoint was being made`,
    meaning: `Added, removed or moved in that moment: ${p.disks.join(', ')}. Nothing was kept.`,
    nextStep: 'Try again when the change is finished.',
  })),
  'engine.merge-not-confirmed': errorSpec(
    'environment',
    (p: VmParams & { files: readonly string[]; reason: string; restorePoint: string | null }) => ({
      title: `The merge of ${p.vm} is not confirmed`,
      meaning:
        `${p.reason}. ` +
        (p.files.length === 0 ? '' : `Still in use: ${p.files.join(', ')}. `) +
        (p.restorePoint === null ? 'No restore point was made.' : `Restore point ${p.restorePoint} exists.`),
      nextStep:
        `Never delete an AVHDX by hand. See that its volume on ${p.host} has free space and that no other program ` +
        'holds the disks open, then run `stillpoint leftovers clean`.',
    }),
  ),
  'engine.unclear-checkpoint': errorSpec('environment', (p: VmParams & { checkpoint: string; name: string }) => ({
    title: `${p.vm} has a recovery checkpoint that could be of this run: "${p.name}"`,
    meaning:
      `It was not there before the run asked for its own, and it does not bear the run's tag (checkpoint ` +
      `${p.checkpoint}). It may also be another backup product's, so it was not touched.`,
    nextStep: `If no other backup product works on ${p.vm}, remove it on ${p.host}; then start Stillpoint again.`,
  })),
  'engine.repository-unavailable': errorSpec('environment', (p: { run: string; reason: string }) => ({
    title: `Run ${p.run} could not be settled in the repository`,
    meaning: `${p.reason}. Its lock, and whether it made a restore point, could not be looked at.`,
    nextStep: 'Connect the repository and start Stillpoint again; it then goes on by itself.',
  })),
  'engine.other-repository': errorSpec('user', (p: { run: string; used: string; now: string }) => ({
    title: `Run ${p.run} used the repository ${p.used}, and ${p.now} is chosen now`,
    meaning: 'What it left in its repository can only be found and removed there.',
    nextStep: `Choose ${p.used} once more and start Stillpoint again.`,
  })),
  'engine.lock-not-removed': errorSpec('environment', (p: { run: string; lock: string; reason: string }) => ({
    title: `The repository lock of run ${p.run} is still there`,
    meaning: `${p.reason}. Lock ${p.lock} keeps other programs from pruning the repository.`,
    nextStep: 'Start Stillpoint again when the repository can be written, or remove stale locks in it.',
  })),
  'engine.interrupted': errorSpec('environment', (p: { vm: string; phase: string }) => ({
    title: `The backup of ${p.vm} was interrupted while ${p.phase}`,
    meaning: 'The program ended in the middle of the run. What it had made on the host was found and removed.',
    nextStep: 'Run the backup again.',
  })),
  'engine.journal-damaged': errorSpec('integrity', (p: { run: string; line: number; reason: string }) => ({
    title: `The journal of run ${p.run} is damaged in line ${p.line}`,
    meaning: `It is not what Stillpoint wrote: ${p.reason}. What that run left behind is not known from it.`,
    nextStep: 'Run `stillpoint leftovers list`: checkpoints are also found by their tag. Keep the journal for support.',
  })),
  'engine.journal-not-written': errorSpec('environment', (p: { run: string; reason: string }) => ({
    title: `The journal of run ${p.run} cannot be written`,
    meaning: `${p.reason}. Without it a crash could leave a checkpoint behind, so nothing more was begun.`,
    nextStep: 'Free space on the disk that holds the data of Stillpoint, and check its permissions.',
  })),
  'engine.listener-failed': errorSpec('bug', (p: { reason: string }) => ({
    title: 'A display of the run stopped working',
    meaning: `The run itself is not affected. The program said: ${p.reason}`,
    nextStep: 'Open the run again. If it happens again, report it with the technical details.',
  })),
  ...fuseErrors,
  ...leftoverErrors,
};
