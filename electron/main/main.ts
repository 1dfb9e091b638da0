// Entry of the window's process: hands Electron and the places of the built files to startApp.
import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import {
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
} from 'electron';
import { openWindowConsole } from '../console/window-console.ts';
import { readPageFiles } from '../platform/index.ts';
import { startApp } from './start-app.ts';

// A terminal that was closed takes what is said no more: no reason to end, least of all in mid-run.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

void startApp(
  {
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
  },
  {
    process,
    // Seen from dist/main, where this file is when it runs.
    preload: fileURLToPath(new URL('../preload/preload.cjs', import.meta.url)),
    readPage: () => readPageFiles(fileURLToPath(new URL('../renderer', import.meta.url))),
    openBackend: (options) =>
      openWindowConsole({
        ...options,
        workerUrl: new URL('repository-worker.js', import.meta.url),
        environment: process.env,
      }),
    newNonce: () => randomBytes(18).toString('base64'),
  },
);
