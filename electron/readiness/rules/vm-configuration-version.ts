// Gate 1: the VM's configuration version is 8.0 or later, compared as numbers.
import { judgeConfigurationVersion } from '../../../shared/model/online-backup-gates.ts';
import type { Fix } from '../../../shared/model/readiness.ts';
import type { VmFacts } from '../../../shared/model/site.ts';
import type { Rule } from '../rule.ts';
import { psQuote } from './ps-quote.ts';

export const vmConfigurationVersion: Rule = {
  id: 'vm.version',
  scope: 'vm',
  gate: 'vm-version',
  severity: 'blocks-this-vm',
  needed: '8.0 or later',
  readFrom: 'Get-VM | Select-Object Name, Version',
  why: 'Before version 8.0 a VM has no resilient change tracking and cannot be checkpointed for an online backup.',
  source: 'Microsoft Learn: Upgrade virtual machine version in Hyper-V on Windows or Windows Server',
  judge: ({ hosts }) =>
    hosts.flatMap((inventory) =>
      inventory.vms.map((vm) => {
        const { verdict } = judgeConfigurationVersion(vm.configurationVersion);
        return {
          subject: vm.name,
          verdict,
          found:
            verdict === 'unknown' ? `"${vm.configurationVersion}", which is not a version` : vm.configurationVersion,
          vmIds: [vm.id],
          ...(verdict === 'pass' ? {} : { fix: fixFor(vm, inventory.host.name, verdict) }),
        };
      }),
    ),
};

function fixFor(vm: VmFacts, hostName: string, verdict: 'fail' | 'unknown'): Fix {
  if (verdict === 'unknown') {
    return {
      steps: [`Look at the version on the host, then run the audit again.`],
      command: `Get-VM -ComputerName ${psQuote(hostName)} -Id ${vm.id} | Select-Object Name, Version`,
      isReversible: true,
      risk: 'None: reading changes nothing.',
    };
  }
  return {
    steps: [
      `Shut ${vm.name} down in a maintenance window: the version can be changed only while it is off.`,
      'Make sure that it need not go back to an older host.',
      'Run the command below on the host, then start the VM.',
    ],
    command: `Update-VMVersion -ComputerName ${psQuote(hostName)} -Name ${psQuote(vm.name)}`,
    isReversible: false,
    risk: 'Irreversible: the VM can not be moved back to hosts older than its new version. Stillpoint never runs it.',
  };
}
