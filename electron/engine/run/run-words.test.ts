// The words of shared/words over states that the engine really makes: on the fake site, run by run.
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors/app-error.ts';
import { reduceRunEvents } from '../../../shared/events/reduce-run.ts';
import type { RunState, VmRunState } from '../../../shared/events/run-state.ts';
import { readRateOf } from '../../../shared/words/read-rate.ts';
import { runStory } from '../../../shared/words/run-story.ts';
import { undoSentences } from '../../../shared/words/undo-words.ts';
import { fakeDrive, fakeVm } from '../testing/fake-site.ts';
import { TestBench } from '../testing/test-bench.ts';

const drives = [fakeDrive('X', 0)];
const sql = () => fakeVm('SQL01', 'hv01', { drives });
const web = () => fakeVm('WEB01', 'hv01', { drives, state: 'off' });

/** The state after each event of a run. */
function statesOf(bench: TestBench): readonly RunState[] {
  return bench.events.map((_event, at) => reduceRunEvents(bench.events.slice(0, at + 1))!);
}

function stateWhen(bench: TestBench, name: string, phase: VmRunState['phase']): RunState {
  const vmOf = (state: RunState) => Object.values(state.vms).find((vm) => vm.name === name);
  const found = statesOf(bench).filter((state) => vmOf(state)?.phase === phase && vmOf(state)?.outcome === undefined);
  return found.at(-1)!;
}

describe('the story of a run', () => {
  it('tells a backup from its asking to its end, in order and in whole sentences', async () => {
    const bench = new TestBench([sql()]);
    const story = runStory(await bench.backup(bench.engine()));
    const texts = story.map((line) => line.text);
    const inOrder = [
      /^Backup of SQL01 on fake, on-host, application-consistent, into .* was requested\.$/,
      /^The run began/,
      /^SQL01: its backup begins/,
      /^Nothing prevents a backup of SQL01/,
      /^The guest of SQL01 is being quiesced/,
      /^The checkpoint of SQL01 stands: application-consistent \(VSS\)\.$/,
      /^The disks of SQL01 are frozen/,
      /^The frozen disks of SQL01 are read/,
      /^The disks of SQL01 were read in \d/,
      /^SQL01 has restore point [0-9a-z-]+: .* read, .* new in the repository\.$/,
      /^The checkpoint of SQL01 is removed/,
      /^The merge of SQL01 is confirmed: .* open for \d/,
      /^SQL01 is done\.$/,
      /^The run succeeded after .*: 1 restore point of 1 VM\.$/,
    ];
    expect(texts).toHaveLength(inOrder.length);
    texts.forEach((text, at) => expect(text).toMatch(inOrder[at]!));
    expect(story.at(-1)?.tone).toBe('good');
  });

  it('never goes back in time, ends each line with a full stop, and only grows while the run goes on', async () => {
    const bench = new TestBench([sql(), web()]);
    await bench.backup(bench.engine());
    let before = 0;
    for (const state of statesOf(bench)) {
      const story = runStory(state);
      const times = story.map((line) => line.atMs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      for (const { text } of story) expect(text).toMatch(/[.]$/);
      expect(story.length).toBeGreaterThanOrEqual(before);
      before = story.length;
    }
  });

  it('says why a VM was refused, and what to do', async () => {
    const bench = new TestBench([sql(), web()]);
    const story = runStory(await bench.backup(bench.engine()));
    const bad = story.filter((line) => line.tone === 'bad');
    expect(bad).toMatchObject([{ vmName: 'WEB01' }]);
    expect(bad[0]?.text).toMatch(/^WEB01 is off, not running\. .* Start WEB01/);
    expect(story.at(-1)).toMatchObject({ tone: 'warning', text: expect.stringContaining('1 restore point of 2 VMs') });
  });

  it('names what is left over, in red', async () => {
    const bench = new TestBench([sql()]);
    bench.site.script.mergeStalls = true;
    const story = runStory(await bench.backup(bench.engine()));
    expect(story.map((line) => line.text).join('\n')).not.toContain('is confirmed: no checkpoint');
    expect(story.find((line) => line.tone === 'bad')?.text).toContain('The merge of SQL01 is not confirmed');
    expect(story.at(-1)?.text).toContain('A checkpoint is left over');
  });

  it('puts a checkpoint of a host whose clock is wrong between its request and its use', async () => {
    const bench = new TestBench([sql()]);
    const state = await bench.backup(bench.engine());
    const [vmId] = state.vmOrder;
    const vm = state.vms[vmId!]!;
    for (const createdAtMs of [0, vm.checkpoint!.createdAtMs + 3_600_000]) {
      const odd = { ...state, vms: { [vm.vmId]: { ...vm, checkpoint: { ...vm.checkpoint!, createdAtMs } } } };
      const texts = runStory(odd).map((line) => line.text);
      const at = texts.findIndex((text) => text.startsWith('The checkpoint of SQL01 stands'));
      expect(at).toBeGreaterThan(texts.findIndex((text) => text.startsWith('Nothing prevents')));
      expect(at).toBeLessThan(texts.findIndex((text) => text.startsWith('The disks of SQL01 are frozen')));
    }
  });

  it('tells of a cancel and of warnings of the run', async () => {
    const bench = new TestBench([sql()]);
    await bench.backup(bench.engine());
    const reading = stateWhen(bench, 'SQL01', 'reading');
    const warning = new AppError('engine.listener-failed', { reason: 'x' }).toData();
    const story = runStory({ ...reading, status: 'cancelling', warnings: [warning] });
    expect(story.slice(-2).map((line) => [line.tone, line.text.slice(0, 24)])).toEqual([
      ['warning', 'A display of the run sto'],
      ['warning', 'Cancel was requested: wh'],
    ]);
  });
});

describe('what a cancel would undo', () => {
  it.each<[VmRunState['phase'], string]>([
    ['queued', 'SQL01 has not begun: nothing to undo.'],
    ['preflight', 'SQL01 has not begun: nothing to undo.'],
    ['requesting-checkpoint', 'A checkpoint of SQL01 has been requested'],
    ['reading', 'The checkpoint of SQL01 is removed and its AVHDX files are merged back'],
    ['committing', 'its restore point stays'],
    ['merging', 'SQL01 goes on until its merge is confirmed: its restore point stays.'],
  ])('while %s', async (phase, words) => {
    const bench = new TestBench([sql()]);
    await bench.backup(bench.engine());
    const sentences = undoSentences(stateWhen(bench, 'SQL01', phase));
    expect(sentences).toHaveLength(1);
    expect(sentences[0]).toContain(words);
  });

  it('leaves alone what is complete or was refused, and says nothing once the run has ended', async () => {
    const bench = new TestBench([sql(), web()]);
    const end = await bench.backup(bench.engine());
    const running: RunState = { ...end, status: 'running' };
    expect(undoSentences(running)).toEqual([
      'SQL01 is complete: its restore point stays.',
      'WEB01 has ended without a restore point: nothing of it is left to undo.',
    ]);
    expect(undoSentences(end)).toEqual([]);
  });

  it('does not promise to remove what is left over', async () => {
    const bench = new TestBench([sql()]);
    bench.site.script.mergeStalls = true;
    const end = await bench.backup(bench.engine());
    expect(undoSentences({ ...end, status: 'running' })[0]).toContain('cancelling does not remove it');
  });
});

describe('the rate of reading', () => {
  const vmOf = async (readSamples: VmRunState['readSamples'], change: Partial<VmRunState> = {}) => {
    const bench = new TestBench([sql()]);
    await bench.backup(bench.engine());
    const [vm] = Object.values(stateWhen(bench, 'SQL01', 'reading').vms);
    return { ...vm!, readSamples, ...change };
  };
  const samples = [
    { atMs: 1000, readBytes: 0 },
    { atMs: 2000, readBytes: 500 },
    { atMs: 3000, readBytes: 4000 },
  ];

  const earlier = (byMs: number) => (sample: VmRunState['readSamples'][number]) => ({
    ...sample,
    atMs: sample.atMs - byMs,
  });

  it.each<[string, VmRunState['readSamples'], Partial<VmRunState>, number | undefined]>([
    ['over two seconds', samples, {}, 2000],
    ['of which nothing has been heard for six seconds', samples.map(earlier(4000)), {}, undefined],
    ['that was heard of four seconds ago', samples.map(earlier(2000)), {}, 2000],
    ['of too short a time', samples.slice(1), {}, undefined],
    ['of nothing', [], {}, undefined],
    ['after reading', samples, { phase: 'merging' }, undefined],
    ['of a VM that has ended', samples, { outcome: 'failed' }, undefined],
    ['that stands still', samples.map((sample) => ({ ...sample, readBytes: 7 })), {}, 0],
  ])('%s', async (_name, readSamples, change, bytesPerSecond) => {
    expect(readRateOf(await vmOf(readSamples, change), 5000)?.bytesPerSecond).toBe(bytesPerSecond);
  });
});
