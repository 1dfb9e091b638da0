// The search, and what it says of chosen VMs that it hides or that the site does not have any more.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toVmId } from '../../../shared/model/ids.ts';
import { findVms, whereChosenAre } from './find-vms.ts';

const vm = (name: string, hostName = 'HV01') => ({ vmId: toVmId(name), name, hostName });
const site = [vm('SQL01'), vm('WEB01', 'HV02'), vm('sqlite')];

it.each([
  ['', ['SQL01', 'WEB01', 'sqlite']],
  ['  sql ', ['SQL01', 'sqlite']],
  ['hv02', ['WEB01']],
  ['nothing', []],
])('%j finds %j', (search, names) => expect(findVms(site, search).map((one) => one.name)).toEqual(names));

it('counts every chosen VM once: shown, hidden or gone', () => {
  const ids = fc.uniqueArray(fc.constantFrom('SQL01', 'WEB01', 'sqlite', 'GONE1', 'GONE2').map(toVmId));
  fc.assert(
    fc.property(ids, fc.constantFrom('', 'sql', 'hv02', 'x'), (ids, search) => {
      const shown = findVms(site, search);
      const chosen = new Set(ids);
      const { hidden, gone } = whereChosenAre(chosen, site, shown);
      const seen = shown.filter((one) => chosen.has(one.vmId)).length;
      expect(seen + hidden + gone.length).toBe(chosen.size);
      expect(gone.every((id) => id.startsWith('gone'))).toBe(true);
    }),
  );
});
