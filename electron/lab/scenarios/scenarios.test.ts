import { describe, expect, it } from 'vitest';
import { parseConfigurationVersion } from '../../../shared/model/online-backup-gates.ts';
import { initialState } from '../initial-state.ts';
import { toLocalPath } from '../storage/host-paths.ts';
import { findScenario, labScenarios } from './index.ts';

describe.each(labScenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
  const state = initialState(scenario, 1);

  it('names nothing that it does not have', () => {
    for (const vm of state.vms) {
      expect(state.hosts.map((host) => host.id)).toContain(vm.hostId);
      const inCluster = state.hosts.find((host) => host.id === vm.hostId)?.inCluster;
      const seen = state.volumes.filter((volume) => (volume.hostId ?? (inCluster === true && vm.hostId)) === vm.hostId);
      for (const { files } of vm.disks) expect(toLocalPath(seen, files[0] ?? '')).toBeDefined();
      expect(parseConfigurationVersion(vm.configurationVersion)).toBeDefined();
    }
  });

  it('gives no id, no slot and no file twice', () => {
    const isUnique = (values: readonly string[]): boolean => new Set(values).size === values.length;
    expect(isUnique(state.vms.map((vm) => vm.id))).toBe(true);
    expect(isUnique(state.vms.map((vm) => vm.name))).toBe(true);
    expect(isUnique(state.vms.flatMap((vm) => vm.disks.flatMap((disk) => disk.files)))).toBe(true);
    for (const vm of state.vms) expect(isUnique(vm.disks.map((disk) => disk.slot))).toBe(true);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(initialState(scenario, 1)).toEqual(state);
    const ids = initialState(scenario, 2).vms.map((vm) => vm.id);
    expect(ids.filter((id) => state.vms.some((vm) => vm.id === id))).toEqual([]);
  });
});

it('says which scenarios there are when asked for another', () => {
  expect(() => findScenario('no-such')).toThrow(expect.objectContaining({ code: 'lab.scenario-unknown' }) as Error);
});
