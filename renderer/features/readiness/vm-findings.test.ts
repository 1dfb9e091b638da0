// A VM that has findings is never shown as one that has none, however large the site is.
import { expect, it } from 'vitest';
import type { Finding } from '../../../shared/model/readiness.ts';
import { toVmId } from '../../../shared/model/ids.ts';
import { vmFindings } from './vm-findings.ts';

const finding = (rule: string, ...vmIds: string[]) =>
  ({ rule, why: `why of ${rule}`, vmIds: vmIds.map(toVmId) }) as Partial<Finding> as Finding;
const reading = {
  findings: [finding('vm.version', 'a'), finding('host.version', 'a', 'b'), finding('vm.version', 'b')],
};

it.each([
  ['its own findings', 'a', ['vm.version', 'host.version'], ['vm.version', 'host.version'], [], []],
  ['the rule in general, beyond the limit', 'z', ['vm.version'], [], ['vm.version'], []],
  ['both', 'b', ['host.version', 'vm.version', 'vm.state'], ['host.version', 'vm.version'], [], ['vm.state']],
  ['a rule of which nothing is at hand', 'z', ['vm.state'], [], [], ['vm.state']],
  ['nothing', 'z', [], [], [], []],
] as const)('tells %s', (_name, id, rules, own, general, unnamed) => {
  const told = vmFindings({ vmId: toVmId(id), findings: rules }, reading);
  expect(told.own.map((one) => one.rule)).toEqual(own);
  expect(told.general.map((one) => one.rule)).toEqual(general);
  expect(told.unnamed).toEqual(unnamed);
});
