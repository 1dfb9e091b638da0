// The VMs of a reading as a list shows them, and the pages of that list. Pure.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { VmPage, VmRowView } from '../../../shared/ipc/views.ts';
import type { VmId } from '../../../shared/model/ids.ts';
import type { ReadinessReport, VmReadiness } from '../../../shared/model/readiness.ts';
import type { DriveFacts, SiteInventory, VmFacts } from '../../../shared/model/site.ts';

/** By name as people sort names, then by id: names need not be unique. */
export function vmRows(inventory: SiteInventory, report: ReadinessReport): readonly VmRowView[] {
  const readiness = new Map(report.vms.map((vm) => [vm.vmId, vm]));
  const rows = inventory.hosts.flatMap(({ host, vms }) =>
    vms.flatMap((vm) => {
      const judged = readiness.get(vm.id);
      return judged === undefined ? [] : [rowOf(vm, host.name, judged)];
    }),
  );
  return rows.sort((a, b) => names.compare(a.name, b.name) || (a.vmId < b.vmId ? -1 : 1));
}

/** @throws AppError `console.reading-changed` when the VM to go on from is not in it */
export function vmPage(
  rows: readonly VmRowView[],
  readAtMs: number,
  { after, limit }: { readonly after?: VmId | undefined; readonly limit: number },
): VmPage {
  const at = after === undefined ? -1 : rows.findIndex((row) => row.vmId === after);
  if (after !== undefined && at < 0) throw new AppError('console.reading-changed', {});
  const vms = rows.slice(at + 1, at + 1 + limit);
  const last = vms.at(-1);
  const hasMore = last !== undefined && at + 1 + vms.length < rows.length;
  return { readAtMs, total: rows.length, vms, ...(hasMore ? { nextAfter: last.vmId } : {}) };
}

const names = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

function rowOf(vm: VmFacts, hostName: string, { verdict, gates, findings }: VmReadiness): VmRowView {
  const { id, name, hostId, state, guest, generation, configurationVersion, isClustered, drives } = vm;
  return {
    vmId: id,
    name,
    hostId,
    hostName,
    state,
    guest,
    generation,
    configurationVersion,
    isClustered,
    diskCount: drives.length,
    sizeBytes: sum(drives.map((drive) => drive.sizeBytes ?? 0)),
    fileSizeBytes: sum(drives.map((drive) => mostReadBytes(drive) ?? 0)),
    verdict,
    gates,
    findings,
  };
}

type DriveSizes = Pick<DriveFacts, 'chain' | 'fileSizeBytes' | 'sizeBytes'>;

/**
 * What a backup of this disk reads at most: its file; where the file has parents, whose sizes a host does not state in one
 * look, the whole virtual size. Undefined where neither is known.
 */
export function mostReadBytes({ chain, fileSizeBytes, sizeBytes }: DriveSizes): number | undefined {
  return chain.length > 1 ? sizeBytes : (fileSizeBytes ?? sizeBytes);
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
