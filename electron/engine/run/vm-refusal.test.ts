// One judgement for the run and the preview: the same facts give the same refusal, in the same words.
import { describe, expect, it } from 'vitest';
import { checkpointTag } from '../../../shared/model/checkpoint-tag.ts';
import { makeRunId, toCheckpointId, toHostId } from '../../../shared/model/ids.ts';
import type { CheckpointFacts, HostFacts, VmFacts } from '../../../shared/model/site.ts';
import { fakeDrive, fakeVm } from '../testing/fake-site.ts';
import { TestBench } from '../testing/test-bench.ts';
import { vmRefusal } from './vm-refusal.ts';

const host: HostFacts = { id: toHostId('hv01'), name: 'HV01', osName: 'Windows Server 2022', buildNumber: 20_348 };
const site = { name: 'S', hosts: [] };

const checkpoint = (name: string, kind: CheckpointFacts['kind']): CheckpointFacts => ({
  id: toCheckpointId('c-1'),
  name,
  kind,
  createdAtMs: 0,
  frozenDrives: [],
});
const ours = checkpointTag(makeRunId(0, 'abcdef'));

const table: readonly [string, Partial<VmFacts>, string | undefined][] = [
  ['nothing', {}, undefined],
  ['a standard checkpoint of the admin', { checkpoints: [checkpoint('before update', 'standard')] }, undefined],
  ['an old configuration version', { configurationVersion: '5.0' }, 'engine.gate-failed'],
  ['a version that is none', { configurationVersion: '' }, 'engine.gate-failed'],
  ['being off', { state: 'off' }, 'engine.vm-not-running'],
  ['being busy', { activities: ['exporting'] }, 'engine.vm-busy'],
  [
    'another product at work, which also makes it busy',
    { activities: ['backing-up'], checkpoints: [checkpoint('Other', 'recovery')] },
    'engine.foreign-recovery-checkpoint',
  ],
  ['a checkpoint of ours', { checkpoints: [checkpoint(ours, 'recovery')] }, 'engine.own-leftover'],
  ['no disk', { drives: [] }, 'engine.no-disks'],
  ['a shared disk', { drives: [fakeDrive('SQL01', 0, { isShared: true })] }, 'engine.unsupported-disk'],
  ['a .vhd', { drives: [fakeDrive('SQL01', 0, { format: 'vhd' })] }, 'engine.unsupported-disk'],
  ['a hidden chain', { drives: [fakeDrive('SQL01', 0, { path: 'D:\\a.AVHDX' })] }, 'engine.hidden-chain'],
];

describe('the refusal of a VM', () => {
  it.each(table)('for %s', (_name, overrides, code) => {
    const refusal = vmRefusal(fakeVm('SQL01', 'hv01', overrides), host, site);
    expect(refusal?.code).toBe(code);
  });

  it.each(table.filter(([, , code]) => code !== undefined))(
    'is what a run fails with: %s',
    async (_name, overrides) => {
      const vm = fakeVm('SQL01', 'hv01', overrides);
      const bench = new TestBench([vm]);
      const facts = { ...host, name: 'hv01' };
      const expected = vmRefusal(structuredClone(vm), facts, site)?.toData();
      const state = await bench.backup(bench.engine());
      expect(state.vms[vm.id]?.error).toMatchObject({ code: expected?.code, title: expected?.title });
      expect(bench.site.mutations).toEqual([]);
    },
  );

  it('names old hosts', () => {
    const refusal = vmRefusal(fakeVm('SQL01', 'hv01'), { ...host, buildNumber: 9600 }, site);
    expect(refusal).toMatchObject({ code: 'engine.gate-failed', params: { gate: 'host-version' } });
  });
});
