// The only addresses outside that Stillpoint ever opens, in the browser of the system. Closed set: whoever asks names an
// id; an address from a page, a host or a repository can never get here.
import type { Shell } from 'electron';

const externalLinks = {
  'restic-manual': 'https://restic.readthedocs.io/en/stable/',
  'production-checkpoints':
    'https://learn.microsoft.com/windows-server/virtualization/hyper-v/manage/choose-between-standard-or-production-checkpoints-in-hyper-v',
  'vm-configuration-versions':
    'https://learn.microsoft.com/windows-server/virtualization/hyper-v/deploy/upgrade-virtual-machine-version-in-hyper-v-on-windows-or-windows-server',
  'cluster-functional-level':
    'https://learn.microsoft.com/windows-server/failover-clustering/cluster-operating-system-rolling-upgrade',
} as const;

export type ExternalLinkId = keyof typeof externalLinks;
export const externalLinkIds = Object.keys(externalLinks) as readonly ExternalLinkId[];

// SECURITY: point 15 of Electron's list. `hasOwn`, so that no name every object inherits passes for an id.
export async function openExternalLink(shell: Pick<Shell, 'openExternal'>, id: string): Promise<boolean> {
  if (!Object.hasOwn(externalLinks, id)) return false;
  await shell.openExternal(externalLinks[id as ExternalLinkId]);
  return true;
}
