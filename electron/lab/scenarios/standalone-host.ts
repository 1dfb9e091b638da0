// The smallest site there is: one host without a cluster, three VMs on its own disk.
import { healthyCluster } from './healthy-cluster.ts';
import type { LabScenario, ScenarioVm } from './scenario.ts';

const GiB = 1024 ** 3;
const host = 'HV01';
const volume = 'D:\\';

/** The same machines as in the cluster, moved to the one host there is. */
const vms: readonly ScenarioVm[] = healthyCluster.vms
  .filter((vm) => ['DC01', 'WEB01', 'PRINT01'].includes(vm.name))
  .map((vm) => ({
    ...vm,
    host,
    configurationVersion: vm.configurationVersion === '8.0' ? '8.0' : '9.0',
    disks: vm.disks.map((disk) => ({ ...disk, volume })),
  }));

export const standaloneHost: LabScenario = {
  name: 'standalone-host',
  description: 'One host of Windows Server 2019 with three VMs on its own disk',
  siteName: 'Branch office',
  hosts: [
    {
      name: host,
      osName: 'Windows Server 2019 Standard',
      buildNumber: 17_763,
      inCluster: false,
      volumes: [{ path: volume, label: 'Data', sizeBytes: 40 * GiB }],
    },
  ],
  vms,
};
