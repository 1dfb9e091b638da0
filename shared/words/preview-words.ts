// One sentence about a backup before it is begun. Says only what the preview says: a size that is not known is said to be
// unknown.
import type { BackupPreviewView, PreviewVmView } from '../ipc/views.ts';
import { formatBytes, plural } from './format.ts';

export function previewSentence(preview: BackupPreviewView): string {
  const { vms, refusal, mode, repository } = preview;
  if (refusal !== undefined) return `Nothing can be backed up: ${refusal.title}.`;
  const taken = vms.filter((vm) => vm.refusal === undefined);
  const refused = vms.length - taken.length;
  const isOne = taken.length === 1;
  const where = repository.location === undefined ? '' : ` into ${repository.location}`;
  const what = `${taken.length} running ${isOne ? 'VM is' : 'VMs are'} backed up ${mode}${where}`;
  const after = isOne
    ? 'it is not stopped; its checkpoint is removed and merged when it is done'
    : 'no VM is stopped; each checkpoint is removed and merged when its VM is done';
  const left = refused === 0 ? '' : ` ${plural(refused, 'chosen VM')} would be refused.`;
  return `${what}: ${bytesClause(taken)}; ${after}.${left}`;
}

function bytesClause(vms: readonly PreviewVmView[]): string {
  const hosts = new Set(vms.map((vm) => vm.hostName));
  const whose = vms.length === 1 ? 'its' : 'their';
  const from = `from ${whose} ${hosts.size === 1 ? `host ${[...hosts].join('')}` : 'hosts'}`;
  if (!vms.every((vm) => vm.fileSizeBytes > 0)) return `how much is read ${from} is not known yet`;
  const bytes = vms.reduce((sum, vm) => sum + vm.fileSizeBytes, 0);
  return `up to ${formatBytes(bytes)} is read ${from}`;
}
