// What a built main process finds when it imports `electron` in a test: the fake, with the names Electron has.
import { createFakeElectron } from './fake-electron.ts';

export const fake = createFakeElectron();
export const {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeTheme,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
} = fake.parts;
