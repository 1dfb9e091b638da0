// What a Hyper-V site can answer, in the admin's words. Codes and HRESULTs: Microsoft's VSS and Hyper-V documentation.
import { errorSpec } from '../define-errors.ts';

export interface VmParams extends Readonly<Record<string, string>> {
  readonly vm: string;
  readonly host: string;
}

export const hypervErrors = {
  'hyperv.host-unreachable': errorSpec('environment', (p: { host: string; reason: string }) => ({
    title: `Host ${p.host} does not answer`,
    meaning: `Nothing is known about its VMs now: ${p.reason}.`,
    nextStep: `Check that ${p.host} is up and reachable from this computer, then try again.`,
  })),
  'hyperv.vm-not-found': errorSpec('user', (p: VmParams) => ({
    title: `VM ${p.vm} is not on ${p.host}`,
    meaning: 'No host that was asked owns a VM of that name or id. It may have been renamed, moved or removed.',
    nextStep: 'Run `stillpoint audit` to see every VM with its name, id and host.',
  })),
  'hyperv.vm-ambiguous': errorSpec('user', (p: { vm: string; ids: readonly string[] }) => ({
    title: `More than one VM is called ${p.vm}`,
    meaning: `VM names need not be unique in Hyper-V. The candidates have the ids ${p.ids.join(', ')}.`,
    nextStep: 'Give the id in place of the name.',
  })),
  'hyperv.vss-writer-failed': errorSpec('environment', (p: VmParams & { writer: string }) => ({
    title: `${p.vm} could not be brought to a consistent state: a VSS writer refused`,
    meaning: `Inside the guest, "${p.writer}" reported a non-retryable failure (0x800423F4). No checkpoint was kept.`,
    nextStep: `In ${p.vm}, run \`vssadmin list writers\`, restart the service behind the failed writer, and back up again.`,
  })),
  'hyperv.vss-timeout': errorSpec('transient', (p: VmParams) => ({
    title: `${p.vm} did not come to rest in time`,
    meaning:
      'The guest was asked to quiesce and did not finish before VSS gave up (0x800423F2). No checkpoint was kept.',
    nextStep: `Try again when ${p.vm} is less busy. If it fails again, look at the disk load inside the guest.`,
  })),
  'hyperv.freeze-timeout': errorSpec('transient', (p: VmParams) => ({
    title: `The file systems of ${p.vm} could not be frozen in time`,
    meaning: 'The guest agent (hv_vss_daemon) did not answer the freeze request. No checkpoint was kept.',
    nextStep: `In ${p.vm}, check that the Hyper-V VSS daemon runs (hypervvssd or hv_vss_daemon), then try again.`,
  })),
  'hyperv.vm-state': errorSpec('user', (p: VmParams & { state: string }) => ({
    title: `${p.vm} is ${p.state}: a production checkpoint is not possible`,
    meaning: 'Hyper-V refuses the request for a VM in this state (WMI 32775).',
    nextStep: `Start or resume ${p.vm}, or wait until the operation on it has ended, then try again.`,
  })),
  'hyperv.checkpoint-failed': errorSpec('environment', (p: VmParams & { reason: string }) => ({
    title: `The checkpoint of ${p.vm} was not made`,
    meaning: `Hyper-V on ${p.host} reported: ${p.reason}.`,
    nextStep: `Look at the Hyper-V-VMMS Admin log on ${p.host} for the time of this run.`,
  })),
  'hyperv.checkpoint-not-found': errorSpec('environment', (p: VmParams & { checkpoint: string }) => ({
    title: `The checkpoint ${p.checkpoint} of ${p.vm} is not there`,
    meaning: 'It was removed by somebody else, or its removal has already begun.',
    nextStep: 'Run `stillpoint leftovers list` to see what is left on the hosts.',
  })),
  'hyperv.checkpoint-not-ours': errorSpec('user', (p: VmParams & { checkpoint: string; name: string }) => ({
    title: `The checkpoint "${p.name}" of ${p.vm} is not Stillpoint's`,
    meaning: `Checkpoint ${p.checkpoint} does not carry the tag of this run, so it was not touched.`,
    nextStep: 'If it is not needed any more, remove it with the product or the person that made it.',
  })),
  'hyperv.job-unknown': errorSpec('environment', (p: { host: string; job: string }) => ({
    title: `Host ${p.host} does not know job ${p.job} any more`,
    meaning: 'Hyper-V forgets a job minutes after its end, and at a restart of its service.',
    nextStep: 'Nothing to do: the state of the VM is read again to see how the job ended.',
  })),
  'hyperv.disk-in-use': errorSpec('environment', (p: { path: string; host: string }) => ({
    title: `${p.path} is in use on ${p.host}`,
    meaning: 'Another program holds the file open (0x80070020), so the merge cannot write to it.',
    nextStep: 'Close the program that reads it (another backup, an antivirus scan). The merge then goes on by itself.',
  })),
  'hyperv.merge-stalled': errorSpec('environment', (p: VmParams) => ({
    title: `The merge of the disks of ${p.vm} makes no progress`,
    meaning: `Hyper-V on ${p.host} has not ended the merge; the VM runs on and its checkpoint files stay until it has.`,
    nextStep: `Look at the Hyper-V-VMMS Admin log on ${p.host} for the events 19090 and 19100. Do not delete any .avhdx file.`,
  })),
  'hyperv.volume-full': errorSpec('environment', (p: { volume: string; host: string }) => ({
    title: `Volume ${p.volume} on ${p.host} is full`,
    meaning: 'The checkpoint files have no room to grow; Hyper-V pauses the VMs that live there.',
    nextStep: `Free space on ${p.volume}, then resume the paused VMs.`,
  })),
};
