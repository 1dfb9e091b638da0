// Which VMs a search shows, and what it hides of those that are chosen. Pure; quick for thousands, because it is asked at
// every key.
import type { VmRowView } from '../../../shared/ipc/views.ts';
import type { VmId } from '../../../shared/model/ids.ts';

type FoundBy = Pick<VmRowView, 'name' | 'hostName'>;

export function findVms<Row extends FoundBy>(vms: readonly Row[], search: string): readonly Row[] {
  const wanted = search.trim().toLowerCase();
  if (wanted === '') return vms;
  return vms.filter(
    ({ name, hostName }) => name.toLowerCase().includes(wanted) || hostName.toLowerCase().includes(wanted),
  );
}

export interface ChosenWhereabouts {
  /** Chosen and on the site, but not among those shown. */
  readonly hidden: number;
  /** Chosen, and not on the site any more. */
  readonly gone: readonly VmId[];
}

export function whereChosenAre(
  chosen: ReadonlySet<VmId>,
  vms: readonly Pick<VmRowView, 'vmId'>[],
  shown: readonly Pick<VmRowView, 'vmId'>[],
): ChosenWhereabouts {
  const known = new Set(vms.map((vm) => vm.vmId));
  const visible = new Set(shown.map((vm) => vm.vmId));
  const gone = [...chosen].filter((id) => !known.has(id));
  const hidden = [...chosen].filter((id) => known.has(id) && !visible.has(id)).length;
  return { hidden, gone };
}
