// The application menu as a template. Pure: what it does is given to it.
import type { MenuItemConstructorOptions } from 'electron';
import type { ExternalLinkId } from './external-links.ts';

export interface MenuOptions {
  readonly platform: NodeJS.Platform;
  readonly isPackaged: boolean;
  readonly openLink: (id: ExternalLinkId) => void;
  readonly showAbout: () => void;
}

type Item = MenuItemConstructorOptions;

export function menuTemplate(options: MenuOptions): Item[] {
  const isMac = options.platform === 'darwin';
  return [...(isMac ? [macMenu(options)] : []), fileMenu(isMac), editMenu, viewMenu(options), helpMenu(options, isMac)];
}

const separator: Item = { type: 'separator' };

function macMenu({ showAbout }: MenuOptions): Item {
  return {
    label: 'Stillpoint',
    submenu: [
      { label: 'About Stillpoint', click: showAbout },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' },
    ],
  };
}

/** Each system calls leaving by its own name, and has its own key for it. */
function fileMenu(isMac: boolean): Item {
  return { label: '&File', submenu: [isMac ? { role: 'close' } : { role: 'quit' }] };
}

const editMenu: Item = {
  label: '&Edit',
  submenu: [
    { role: 'undo' },
    { role: 'redo' },
    separator,
    { role: 'cut' },
    { role: 'copy' },
    { role: 'paste' },
    { role: 'delete' },
    separator,
    { role: 'selectAll' },
  ],
};

function viewMenu({ isPackaged }: MenuOptions): Item {
  // SECURITY: the roles bring their keys with them: without the items, Ctrl+R and Ctrl+Shift+I do nothing.
  const development: Item[] = isPackaged ? [] : [{ role: 'reload' }, { role: 'toggleDevTools' }, separator];
  return {
    label: '&View',
    submenu: [
      ...development,
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      separator,
      { role: 'togglefullscreen' },
    ],
  };
}

function helpMenu({ openLink, showAbout }: MenuOptions, isMac: boolean): Item {
  const link = (label: string, id: ExternalLinkId): Item => ({
    label,
    click: () => {
      openLink(id);
    },
  });
  return {
    role: 'help',
    label: '&Help',
    submenu: [
      link('Production checkpoints', 'production-checkpoints'),
      link('VM configuration versions', 'vm-configuration-versions'),
      link('Cluster functional level', 'cluster-functional-level'),
      link('Manual of restic', 'restic-manual'),
      ...(isMac ? [] : [separator, { label: '&About Stillpoint', click: showAbout }]),
    ],
  };
}
