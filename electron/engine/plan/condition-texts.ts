// What each condition needs, where its fact comes from, why it matters and what to do: the part that no site changes.
import type { PlanCondition, PlanConditionId } from '../../../shared/model/backup-plan.ts';

type ConditionText = Readonly<Pick<PlanCondition, 'needed' | 'readFrom' | 'why'>> & { readonly fix: string };

export const conditionTexts: Readonly<Record<PlanConditionId, ConditionText>> = {
  'backed-up-online': {
    needed: 'Nothing speaks against an online backup of the VM',
    readFrom: 'Get-VM, Get-VMHardDiskDrive, Get-VHD, Get-VMSnapshot, Get-Cluster',
    why: 'Every mode begins with a checkpoint of the running VM',
    fix: 'Run `stillpoint audit` to see what has to be done',
  },
  'volumes-known': {
    needed: 'The volume of every disk file, parents of differencing disks included, is known',
    readFrom: 'Get-VHD, Get-Volume, Get-ClusterSharedVolume',
    why: 'A file outside of the snapshot could not be read from it',
    fix: 'Move the disk to a volume with a drive letter, a cluster shared volume or a share, or read the site again',
  },
  'not-on-s2d': {
    needed: 'No disk lies on Storage Spaces Direct',
    readFrom: 'Get-Cluster S2DEnabled, Get-StoragePool',
    why: 'No machine outside of the cluster can see such a volume: the hosts would do the reading all the same',
    fix: 'Use on-host mode',
  },
  'one-snapshot-host': {
    needed: 'One host takes the snapshots of all volumes of the VM',
    readFrom: 'Get-ClusterSharedVolume OwnerNode, Get-Volume',
    why: 'A snapshot set is one point in time, and is made on one host',
    fix: 'Let one host coordinate the cluster shared volumes of the VM (Move-ClusterSharedVolume), or use on-host mode',
  },
  'room-for-snapshot': {
    needed: 'One more snapshot fits on every volume',
    readFrom: 'Win32_ShadowCopy, diskshadow LIST SHADOWS ALL',
    why: 'Every snapshot that stands slows writing down and takes room',
    fix: 'Wait until other snapshots are gone, or delete those that nobody needs',
  },
  'proxy-chosen': {
    needed: 'A proxy that is not one of the hosts concerned',
    readFrom: 'Stillpoint’s settings, Get-CimInstance Win32_OperatingSystem',
    why: 'Off-host means that another machine reads',
    fix: 'Name a Windows Server as the proxy in Settings, best the one that Stillpoint runs on',
  },
  'hardware-provider': {
    needed: 'One hardware VSS provider for all volumes of the VM',
    readFrom: 'diskshadow LIST PROVIDERS (type 3)',
    why: 'Only snapshots that the storage makes can be carried to another machine',
    fix: 'Install the VSS hardware provider of the storage vendor on every host',
  },
  'proxy-outside-cluster': {
    needed: 'The proxy is no member of the cluster',
    readFrom: 'Get-ClusterNode, Get-Cluster on the proxy',
    why: 'A snapshot cannot be imported into the cluster that its volume belongs to',
    fix: 'Choose a proxy outside of the cluster',
  },
  'same-os-build': {
    needed: 'The proxy runs the same release of Windows Server as the host of the snapshot',
    readFrom: 'Win32_OperatingSystem BuildNumber',
    why: 'Another release may not understand the volume and its snapshot',
    fix: 'Use a proxy with the release of the hosts',
  },
  'volumes-visible': {
    needed: 'The proxy reaches the storage of every volume',
    readFrom: 'Get-Disk, Get-InitiatorPort on the proxy',
    why: 'The proxy imports the snapshot as a disk of the storage',
    fix: 'Give the proxy access to the storage (zoning, iSCSI target), without bringing the live disks online',
  },
  'file-share-provider': {
    needed: 'All disks lie on SMB3 shares whose file server can snapshot them',
    readFrom: 'diskshadow LIST PROVIDERS (type 4), the File Server VSS Agent Service',
    why: 'The file server has to make the snapshot of its own share',
    fix: 'Install the File Server VSS Agent Service on the file server',
  },
  'full-access-to-share': {
    needed: 'The computer account of the proxy has full access to every share',
    readFrom: 'Get-SmbShareAccess, Get-Acl',
    why: 'The proxy opens the snapshot of a share as itself',
    fix: 'Grant the computer account of the proxy full access to the share and its folder',
  },
  'same-domain': {
    needed: 'Proxy and file server are in one domain',
    readFrom: 'Win32_ComputerSystem Domain',
    why: 'The file server has to trust the computer account of the proxy',
    fix: 'Use a proxy of the domain of the file server',
  },
  'software-provider': {
    needed: 'One software VSS provider for all volumes of the VM, none of them a share',
    readFrom: 'diskshadow LIST PROVIDERS (types 1 and 2)',
    why: 'Without help of the storage, the host itself makes the snapshot',
    fix: 'Use on-host mode',
  },
  'proxy-reaches-host': {
    needed: 'The proxy opens the administrative shares of the host of the snapshot',
    readFrom: 'Test-Path \\\\HOST\\ADMIN$ on the proxy',
    why: 'A software snapshot stays on the host and is read over the network',
    fix: 'Allow SMB from the proxy to the host, and make its account an administrator there',
  },
};
