// Lets the frame, the menu and the dialogs follow the appearance chosen in the page.
import type { NativeTheme } from 'electron';
import type { ConsoleApi } from '../../shared/ipc/contract.ts';
import type { Appearance } from '../../shared/ipc/views.ts';

export async function followAppearance(
  api: Pick<ConsoleApi, 'app'>,
  theme: Pick<NativeTheme, 'themeSource'>,
): Promise<void> {
  api.app.changed(({ change }) => {
    if (change.type === 'settings') theme.themeSource = themeSource(change.settings.appearance);
  });
  const snapshot = await api.app.snapshot(undefined);
  if (snapshot.ok) theme.themeSource = themeSource(snapshot.value.settings.appearance);
}

/** Contrast themes belong to the system: the frame cannot have one of its own. */
function themeSource(appearance: Appearance): NativeTheme['themeSource'] {
  return appearance === 'light' || appearance === 'dark' ? appearance : 'system';
}
