// The menu on each system, and the links it opens.
import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { externalLinkIds, openExternalLink } from './external-links.ts';
import { menuTemplate } from './menu.ts';

type Item = MenuItemConstructorOptions;
const platforms = ['win32', 'linux', 'darwin'] as const;

function itemsOf(platform: NodeJS.Platform, isPackaged: boolean, opened: string[] = []): Item[] {
  const template = menuTemplate({
    platform,
    isPackaged,
    openLink: (id) => void opened.push(id),
    showAbout: () => void opened.push('about'),
  });
  return template.flatMap((menu) => (Array.isArray(menu.submenu) ? menu.submenu : []));
}
const rolesOf = (items: readonly Item[]): readonly unknown[] => items.map(({ role }) => role);

describe('the menu', () => {
  it.each(platforms)('has neither reload nor developer tools when packaged (%s)', (platform) => {
    for (const role of ['reload', 'forceReload', 'toggleDevTools']) {
      expect(rolesOf(itemsOf(platform, true))).not.toContain(role);
    }
    expect(rolesOf(itemsOf(platform, false))).toEqual(expect.arrayContaining(['reload', 'toggleDevTools']));
  });

  it.each(platforms)('has what text fields and eyes need, and a way out (%s)', (platform) => {
    expect(rolesOf(itemsOf(platform, true))).toEqual(
      expect.arrayContaining([
        'undo',
        'redo',
        'cut',
        'copy',
        'paste',
        'selectAll',
        'zoomIn',
        'togglefullscreen',
        'quit',
      ]),
    );
  });

  it('closes the window and hides the app on macOS alone', () => {
    expect(platforms.map((platform) => rolesOf(itemsOf(platform, true)).includes('close'))).toEqual([
      false,
      false,
      true,
    ]);
    expect(platforms.map((platform) => rolesOf(itemsOf(platform, true)).includes('hide'))).toEqual([
      false,
      false,
      true,
    ]);
  });

  it.each(platforms)('reaches every link and the about box (%s)', (platform) => {
    const opened: string[] = [];
    for (const { click } of itemsOf(platform, true, opened)) (click as (() => void) | undefined)?.();
    expect(opened.sort()).toEqual([...externalLinkIds, 'about'].sort());
  });
});

describe('links to the outside', () => {
  const open = async (id: string): Promise<readonly [boolean, readonly string[]]> => {
    const urls: string[] = [];
    const isOpened = await openExternalLink({ openExternal: async (url) => void urls.push(url) }, id);
    return [isOpened, urls];
  };

  it.each(externalLinkIds)('%s is an address of the web, over TLS', async (id) => {
    const [isOpened, urls] = await open(id);
    expect(isOpened).toBe(true);
    expect(urls.map((url) => new URL(url).protocol)).toEqual(['https:']);
  });

  it.each(['https://example.com/', 'file:///c:/windows/system32/calc.exe', 'constructor', '__proto__', 'toString', ''])(
    '%j opens nothing',
    async (id) => {
      expect(await open(id)).toEqual([false, []]);
    },
  );
});
