// What is shown while a run goes on: plain lines in a pipe, lines that are redrawn on a screen.
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { RunEvent, RunEventBody } from '../../../shared/events/run-event.ts';
import {
  makeRunId,
  toCheckpointId,
  toDiskSlot,
  toHostId,
  toRestorePointId,
  toVmId,
} from '../../../shared/model/ids.ts';
import { RecordedTerminal } from '../testing/recorded-terminal.ts';
import { LiveRun } from './live-run.ts';

const runId = makeRunId(Date.UTC(2026, 10, 24), 'abcdef');
const sql = toVmId('00000000-0000-4000-8000-000000000001');
const web = toVmId('00000000-0000-4000-8000-000000000002');
const slot = toDiskSlot('scsi', 0, 0);
const MB = 1024 * 1024;

function feed(live: LiveRun, terminal: RecordedTerminal): (body: RunEventBody, afterMs?: number) => void {
  let seq = 0;
  return (body, afterMs = 0) => {
    terminal.atMs += afterMs;
    seq += 1;
    const event: RunEvent = { ...body, runId, seq, atMs: terminal.atMs };
    live.onEvent({ seq, change: { type: 'run', event } });
  };
}

const queued: RunEventBody = {
  type: 'run-queued',
  request: {
    runId,
    siteName: 'LAB',
    repositoryPath: '/r',
    mode: 'on-host',
    consistency: 'application',
    vms: [
      { vmId: sql, name: 'SQL01', hostId: toHostId('HV01') },
      { vmId: web, name: 'WEBSERVER', hostId: toHostId('HV02') },
    ],
  },
};

function progress(readBytes: number): RunEventBody {
  return {
    type: 'disk-progress',
    vmId: sql,
    disk: { slot, totalBytes: 200 * MB, readBytes, skippedBytes: 0, storedBytes: readBytes / 2 },
  };
}

const committed: RunEventBody = {
  type: 'restore-point-committed',
  vmId: sql,
  restorePointId: toRestorePointId('4f3c2a1b'.padEnd(64, '0')),
  disks: [
    {
      slot,
      totalBytes: 200 * MB,
      readBytes: 200 * MB,
      skippedBytes: 100 * MB,
      storedBytes: 60 * MB,
      pathInSnapshot: '/SQL01/disks/scsi-0-0.vhdx',
      sizeBytes: 500 * MB,
    },
  ],
};

const created: RunEventBody = {
  type: 'checkpoint-created',
  vmId: sql,
  checkpointId: toCheckpointId('c'),
  createdAtMs: 1_000_500,
  consistency: 'application',
  quiescing: 'vss',
  frozenDrives: [],
};

describe('in a pipe', () => {
  it('a line per change of phase, and progress every few seconds only', () => {
    const terminal = new RecordedTerminal();
    const tell = feed(new LiveRun(terminal), terminal);
    tell(queued);
    tell({ type: 'run-started' });
    tell({ type: 'vm-phase-entered', vmId: sql, phase: 'preflight' });
    tell(created);
    tell({ type: 'vm-phase-entered', vmId: sql, phase: 'reading' });
    for (let i = 1; i <= 40; i += 1) tell(progress(i * MB), 100);
    tell({ type: 'vm-phase-entered', vmId: sql, phase: 'committing' });
    tell(committed);
    tell({ type: 'vm-phase-entered', vmId: sql, phase: 'merging' });
    tell({ type: 'merge-confirmed', vmId: sql }, 500);
    tell({ type: 'vm-phase-entered', vmId: sql, phase: 'done' });
    tell({ type: 'vm-ended', vmId: sql, outcome: 'succeeded' });
    expect(terminal.said).toEqual([
      'SQL01      preflight: checking that nothing prevents the backup',
      'SQL01      reading: copying the frozen disks',
      'SQL01      reading: 30.0 MB of 200 MB read, 15.0 MB stored',
      'SQL01      committing: completing the restore point',
      'SQL01      merging: the checkpoint is removed, its AVHDX files are merged back',
      'SQL01      merge confirmed: every disk is back on its own file',
      'SQL01      done: restore point 4f3c2a1b, application-consistent (VSS), 200 MB read, 60.0 MB stored, merge confirmed, 4.5 s (checkpoint open for 4.0 s)',
    ]);
    expect(terminal.drawn).toBe('');
  });

  it('says why a VM failed, and that what stood was merged', () => {
    const terminal = new RecordedTerminal();
    const tell = feed(new LiveRun(terminal), terminal);
    const error = new AppError('hyperv.vss-timeout', { vm: 'SQL01', host: 'hv01' }).toData();
    tell(queued);
    tell({ type: 'merge-confirmed', vmId: sql });
    tell({ type: 'vm-ended', vmId: sql, outcome: 'failed', error });
    expect(terminal.said.at(-1)).toBe(
      'SQL01      failed: SQL01 did not come to rest in time; its checkpoint is merged',
    );
  });

  it('never calls a run done whose merge is not confirmed', () => {
    const terminal = new RecordedTerminal();
    const tell = feed(new LiveRun(terminal), terminal);
    tell(queued);
    tell(created);
    tell(committed);
    tell({ type: 'vm-ended', vmId: sql, outcome: 'succeeded-with-warnings' });
    expect(terminal.said.at(-1)).toContain('merge NOT confirmed');
  });

  it('hears its own run alone', () => {
    const terminal = new RecordedTerminal();
    const live = new LiveRun(terminal);
    feed(live, terminal)(queued);
    const other = makeRunId(0, '000000');
    const event: RunEvent = {
      type: 'vm-phase-entered',
      vmId: sql,
      phase: 'reading',
      runId: other,
      seq: 9,
      atMs: 1,
    };
    live.onEvent({ seq: 9, change: { type: 'run', event } });
    expect(terminal.said).toEqual([]);
    expect(live.state?.vms[sql]?.phase).toBe('queued');
  });
});

describe('on a screen', () => {
  /** What stands on the screen after the drawing: cursor up and clear below are all that is used. */
  function screenOf(drawn: string): readonly string[] {
    const lines: string[] = [];
    for (const part of drawn.split(/(\u001b\[\d+A\u001b\[0J)/)) {
      const up = /^\u001b\[(\d+)A/.exec(part);
      if (up === null) lines.push(...part.split('\n').slice(0, -1));
      else lines.splice(lines.length - Number(up[1]));
    }
    return lines;
  }

  it('keeps one line per VM, in place, cut to the width', () => {
    const terminal = new RecordedTerminal({ isScreen: true });
    const tell = feed(new LiveRun(terminal), terminal);
    tell(queued);
    tell({ type: 'vm-phase-entered', vmId: sql, phase: 'reading' });
    for (let i = 1; i <= 20; i += 1) tell(progress(i * 5 * MB), 100);
    const lines = screenOf(terminal.drawn);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^SQL01 {6}reading +\[={8} {8}\] 100 MB of 200 MB read/);
    expect(lines[1]).toMatch(/^WEBSERVER {2}queued/);
    expect(lines.every((line) => line.length < 80)).toBe(true);
    tell({ type: 'vm-phase-entered', vmId: web, phase: 'merging' });
    tell({ type: 'merge-progress', vmId: web, fraction: 0.5 }, 200);
    expect(screenOf(terminal.drawn)[1]).toMatch(/merging +\[={8} {8}\] 50 %/);
    expect(terminal.said).toEqual([]);
  });

  it('redraws at most ten times a second for progress', () => {
    const terminal = new RecordedTerminal({ isScreen: true });
    const tell = feed(new LiveRun(terminal), terminal);
    tell(queued);
    const before = terminal.drawn.length;
    for (let i = 1; i <= 100; i += 1) tell(progress(i * MB), 10);
    const redraws = terminal.drawn.slice(before).split('\u001b[0J').length - 1;
    expect(redraws).toBeLessThanOrEqual(10);
    expect(redraws).toBeGreaterThanOrEqual(9);
  });
});
