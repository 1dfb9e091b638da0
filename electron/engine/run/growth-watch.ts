// Looks every few seconds at the files a VM writes to while its checkpoint stands, and tells how they grow. Only a look:
// one that fails is left out, what is shown keeps the time it was seen at, and the steps of the run meet the host's
// trouble themselves.
import type { VmRun } from './vm-run.ts';

export interface GrowthWatch {
  /** Nothing is told any more from now on, and nobody sleeps. */
  end(): void;
}

export function watchGrowth(run: VmRun): GrowthWatch {
  const ended = new AbortController();
  void watch(run, ended.signal);
  return { end: () => ended.abort() };
}

async function watch(run: VmRun, signal: AbortSignal): Promise<void> {
  const { clock, settings } = run.options.tools;
  try {
    for (;;) {
      await clock.sleep(settings.growthPollMs, signal);
      await look(run, signal);
    }
  } catch {
    // The signal: nothing else ends a sleep.
  }
}

async function look(run: VmRun, signal: AbortSignal): Promise<void> {
  const { tools, log, vm } = run.options;
  try {
    const { growth } = await tools.hyperv.readVm(run.access.ref, signal);
    // A late answer after the end is about files that are being merged, or are gone.
    if (!signal.aborted) log.progress({ type: 'checkpoint-growth', vmId: vm.vmId, files: growth });
  } catch {
    // The next look tells.
  }
}
