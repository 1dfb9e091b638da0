// Looks every few seconds at the files a VM writes to while its checkpoint stands, tells how they grow, and feeds the
// fuse, which says when to look again. One that fails is left out: what is shown keeps the time it was seen at, the fuse
// reckons on, and the steps of the run meet the host's trouble themselves.
import type { VmStatus } from '../ports/hyperv.ts';
import type { VmRun } from './vm-run.ts';

export interface GrowthWatch {
  /** Nothing is told any more from now on, and nobody sleeps. */
  end(): void;
}

/** `status`: the look that found the checkpoint. */
export function watchGrowth(run: VmRun, status: VmStatus): GrowthWatch {
  const ended = new AbortController();
  tell(run, status);
  void watch(run, ended.signal);
  return { end: () => ended.abort() };
}

async function watch(run: VmRun, signal: AbortSignal): Promise<void> {
  const { fuse, tools, vm } = run.options;
  try {
    for (;;) {
      await tools.clock.sleep(fuse.judge(vm.vmId), signal);
      await look(run, signal);
    }
  } catch {
    // The signal: nothing else ends a sleep.
  }
}

async function look(run: VmRun, signal: AbortSignal): Promise<void> {
  try {
    const status = await run.options.tools.hyperv.readVm(run.access.ref, signal);
    // A late answer after the end is about files that are being merged, or are gone.
    if (!signal.aborted) tell(run, status);
  } catch {
    // The next look tells.
  }
}

function tell(run: VmRun, status: VmStatus): void {
  const { log, vm, fuse } = run.options;
  fuse.saw(vm.vmId, status);
  log.progress({ type: 'checkpoint-growth', vmId: vm.vmId, files: status.growth });
}
