// What stands on a host or in a repository although no run accounts for it, each with its exact way out.
import { errorSpec } from '../define-errors.ts';

type VmParams = Readonly<Record<'vm' | 'host', string>>;

export const leftoverErrors = {
  'leftover.checkpoint': errorSpec('environment', (p: VmParams & { checkpoint: string; run: string }) => ({
    title: `${p.vm} on ${p.host} still has the checkpoint of run ${p.run}`,
    meaning: `Its AVHDX files grow with every write of the VM (checkpoint ${p.checkpoint}, tagged by Stillpoint).`,
    nextStep: 'Run `stillpoint leftovers clean`: it removes that checkpoint and waits for the merge.',
  })),
  'leftover.merge': errorSpec('environment', (p: VmParams & { run: string; files: readonly string[] }) => ({
    title: `The merge of ${p.vm} after run ${p.run} is not finished`,
    meaning: `The checkpoint is gone, and the VM still writes to: ${p.files.join(', ')}.`,
    nextStep:
      `Never delete an AVHDX by hand. See that its volume on ${p.host} has free space and that no program holds the ` +
      'disks open, then run `stillpoint leftovers clean` to have the merge confirmed.',
  })),
  'leftover.unsettled': errorSpec('environment', (p: VmParams & { run: string; reason: string }) => ({
    title: `It is not known whether run ${p.run} left a checkpoint on ${p.vm}`,
    meaning: `${p.reason}.`,
    nextStep: `When ${p.host} answers again, run \`stillpoint leftovers clean\`, or start Stillpoint again.`,
  })),
  'leftover.not-ours': errorSpec('environment', (p: VmParams & { files: readonly string[] }) => ({
    title: `${p.vm} on ${p.host} runs on AVHDX files without any checkpoint`,
    meaning: `They do not come from a run of Stillpoint known here, and are never touched: ${p.files.join(', ')}.`,
    nextStep: `Look at the Hyper-V-VMMS Admin log on ${p.host} (events 19070 to 19100); a merge may be waiting for space.`,
  })),
  'leftover.lock': errorSpec('environment', (p: { run: string; lock: string; location: string }) => ({
    title: `Run ${p.run} left a lock in ${p.location}`,
    meaning: `Lock ${p.lock} keeps other programs from pruning the repository.`,
    nextStep: 'Run `stillpoint leftovers clean` when the repository is connected.',
  })),
  'leftover.run-active': errorSpec('user', (p: { run: string }) => ({
    title: `Run ${p.run} is still going on`,
    meaning: 'What it made is in use and was not touched.',
    nextStep: 'Wait until it has ended, or cancel it.',
  })),
};
