// A VM that is not running has no guest to bring to rest: an online backup has to wait until it runs.
import type { VmFacts } from '../../../shared/model/site.ts';
import type { Rule } from '../rule.ts';
import { psQuote } from './ps-quote.ts';

export const vmState: Rule = {
  id: 'vm.state',
  scope: 'vm',
  severity: 'degrades',
  needed: 'running',
  readFrom: 'Get-VM | Select-Object Name, State',
  why: 'Online backup asks the guest to come to rest; a VM that is not running is refused when the backup begins.',
  source: 'Microsoft Learn: Hyper-V backup approaches',
  judge: ({ hosts }) =>
    hosts.flatMap(({ host, vms }) =>
      vms.map((vm) => ({
        subject: vm.name,
        verdict: vm.state === 'running' ? 'pass' : 'fail',
        found: vm.state,
        vmIds: [vm.id],
        ...(vm.state === 'running' ? {} : { fix: startFix(vm, host.name) }),
      })),
    ),
};

function startFix(vm: VmFacts, hostName: string) {
  return {
    steps: [`Start ${vm.name} (or resume it) before its backup.`],
    command: `Start-VM -ComputerName ${psQuote(hostName)} -Name ${psQuote(vm.name)}`,
    isReversible: true,
    risk: 'The VM runs: its services go on the network.',
  };
}
