// Where things are inside of a restore point:
//
//   /<VM folder>/vm.json            what it is (RestorePointDocument)
//   /<VM folder>/config/<file>      the VM's configuration files, as the host had them
//   /<VM folder>/disks/<slot>.vhdx  each disk, complete
//
// The folder's name is made of the VM's name, for people who look at the snapshot with restic. It is not unique and
// means nothing: the VM's true name and id stand in vm.json.
import { safeName } from './safe-name.ts';

export const documentName = 'vm.json';
export const configurationFolder = 'config';
export const diskFolder = 'disks';

export function folderNameOf(vmName: string): string {
  return safeName(vmName);
}

export function diskFileName(slot: string): string {
  return `${safeName(slot)}.vhdx`;
}

/** Absolute path inside the snapshot for a disk of this VM. */
export function pathInSnapshot(vmName: string, slot: string): string {
  return `/${folderNameOf(vmName)}/${diskFolder}/${diskFileName(slot)}`;
}
