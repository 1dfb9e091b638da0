// Runs in the sandbox before the page, and gives it `window.stillpoint`.
import { contextBridge, ipcRenderer } from 'electron';
import { exposeConsole } from './expose-console.ts';

exposeConsole(contextBridge, ipcRenderer);
