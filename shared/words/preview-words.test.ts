// The sentence before the button says what the preview says, and not more.
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors/app-error.ts';
import type { BackupPreviewView, PreviewVmView } from '../ipc/views.ts';
import { toVmId } from '../model/ids.ts';
import { previewSentence } from './preview-words.ts';

const vm = (name: string, change: Partial<PreviewVmView> = {}): PreviewVmView => ({
  vmId: toVmId(name),
  name,
  hostName: 'HV01',
  diskCount: 1,
  fileSizeBytes: 600 * 1024 ** 2,
  ...change,
});
const preview = (vms: readonly PreviewVmView[], change: Partial<BackupPreviewView> = {}): BackupPreviewView => ({
  readAtMs: 0,
  mode: 'on-host',
  consistency: 'application',
  modes: [],
  vms,
  volumes: [],
  repository: { location: 'D:\\Backups', hasPassword: true },
  concurrency: { vmsAtOnce: 4, vmsPerHost: 2 },
  ...change,
});
const refusal = new AppError('engine.no-disks', { vm: 'X', host: 'hv01' }).toData();

describe('the sentence before a backup', () => {
  it.each<[string, BackupPreviewView, string]>([
    [
      'one VM',
      preview([vm('A')]),
      '1 running VM is backed up on-host into D:\\Backups: up to 600 MB is read from its host HV01; ' +
        'it is not stopped; its checkpoint is removed and merged when it is done.',
    ],
    [
      'two VMs of two hosts, one more refused',
      preview([vm('A'), vm('B', { hostName: 'HV02' }), vm('C', { refusal })]),
      '2 running VMs are backed up on-host into D:\\Backups: up to 1.2 GB is read from their hosts; ' +
        'no VM is stopped; each checkpoint is removed and merged when its VM is done. 1 chosen VM would be refused.',
    ],
    [
      'a size that is not known',
      preview([vm('A'), vm('B', { fileSizeBytes: 0 })]),
      '2 running VMs are backed up on-host into D:\\Backups: how much is read from their host HV01 is not known yet; ' +
        'no VM is stopped; each checkpoint is removed and merged when its VM is done.',
    ],
    ['a refusal', preview([vm('A', { refusal })], { refusal }), `Nothing can be backed up: ${refusal.title}.`],
  ])('%s', (_name, view, sentence) => {
    expect(previewSentence(view)).toBe(sentence);
  });
});
