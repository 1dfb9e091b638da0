// The process is killed (SIGKILL) in each phase that has something standing on a host. The next start must find it by
// its journal, merge it, and write the run down as interrupted; the repository stays sound and the next backup works.
import { describe, expect, it } from 'vitest';
import type { LabStatusView } from '../../shared/ipc/views.ts';
import { findJudge } from '../../testing/judges.ts';
import { vmsOf } from '../../shared/words/run-words.ts';
import { useInstallation } from './testing/installation.ts';
import { jsonOf, startStillpoint, type ProcessResult } from './testing/stillpoint-process.ts';

const installation = useInstallation('kill');
const { dir } = installation;
const vm = 'MON01';

/** Kills from outside as soon as the phase is announced. */
function killAt(pattern: RegExp, ...more: readonly string[]): Promise<ProcessResult> {
  return startStillpoint(['backup', vm, '--dir', dir, ...more], {
    onLine: (line, running) => {
      if (pattern.test(line)) running.signal('SIGKILL');
    },
  }).done;
}

describe('kill -9', () => {
  it.each<[string, RegExp, readonly string[]]>([
    ['quiescing', /MON01 +quiescing/, []],
    ['reading', /MON01 +reading/, []],
    // Too short to be hit from outside for sure: the lab ends the process in that very moment, by the same signal.
    ['committing', /(?!)/, ['--lab-fault', 'killed-in-committing']],
    ['merging', /MON01 +merging/, ['--lab-fault', 'merge-stalls']],
  ])('while %s', async (phase, pattern, more) => {
    const killed = await killAt(pattern, ...more);
    expect(killed.signal).toBe('SIGKILL');

    const started = await installation.run('lab', 'status', '--json');
    expect(started.said.join('\n')).toMatch(/^Recovered 1 interrupted run \(r-[\d-]+-[0-9a-f]{6}\)/m);
    expect(started.exitCode).toBe(0);
    const { lab } = JSON.parse(started.stdout) as { lab: LabStatusView };
    expect(lab.vms.flatMap((candidate) => [...candidate.checkpoints, ...candidate.merges])).toEqual([]);

    const [run] = await installation.runs();
    expect(run).toMatchObject({ status: 'ended', outcome: 'interrupted', effects: {} });
    const [killedVm] = vmsOf(run!);
    expect(killedVm?.phases.map((entry) => entry.phase)).toContain(phase);
    if (phase !== 'merging') expect(killedVm?.phases.map((entry) => entry.phase)).not.toContain('done');

    expect(installation.avhdxFiles()).toEqual([]);
    if (findJudge('restic') !== undefined) {
      const check = await installation.restic('check');
      expect(check.stdout + check.stderr).toContain('no errors were found');
      expect(check.exitCode).toBe(0);
    }
  });

  it('and the next backup works, with nothing to recover', async () => {
    const result = await installation.run('backup', vm);
    expect(result.said.join('\n')).not.toContain('Recovered');
    expect(result.stdout).toMatch(/MON01 +done: restore point [0-9a-f]{8}, application-consistent/);
    expect(result.exitCode).toBe(0);
    const verified = await jsonOf<{ ok: boolean; isIntact: boolean }>(['verify', '--all', '--dir', dir]);
    expect(verified).toMatchObject({ ok: true, isIntact: true });
    expect(await installation.leftovers()).toEqual([]);
  });
});

describe('Ctrl-C', () => {
  it('cancels, waits for the merge, and says at the second one why waiting matters', async () => {
    let interrupts = 0;
    const result = await startStillpoint(['backup', vm, '--dir', dir], {
      onLine: (line, running) => {
        const isTime = /MON01 +reading/.test(line) || line.startsWith('Cancelling');
        if (!isTime || interrupts >= 2) return;
        interrupts += 1;
        running.signal('SIGINT');
      },
    }).done;
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toMatch(/^Run r-\S+: cancelled, 1 VM, on-host$/m);
    expect(result.said.join('\n')).toMatch(/Cancelling: .*\n(.*\n)*Still merging/);
    expect(result.stdout).toContain('its checkpoint is merged');
    const [run] = await installation.runs();
    expect(run).toMatchObject({ status: 'ended', outcome: 'cancelled', effects: {} });
    expect(installation.avhdxFiles()).toEqual([]);
    expect(await installation.leftovers()).toEqual([]);
  });

  it('is the same for a request to end (SIGTERM), while quiescing', async () => {
    const result = await startStillpoint(['backup', vm, '--dir', dir], {
      onLine: (line, running) => {
        if (/MON01 +quiescing/.test(line)) running.signal('SIGTERM');
      },
    }).done;
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain('cancelled');
    expect(installation.avhdxFiles()).toEqual([]);
    expect(await installation.leftovers()).toEqual([]);
  });
});
