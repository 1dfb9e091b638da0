// The Node adapters behind the ports, and what an installation keeps on this machine.
export { accountOfCaller, type LoopbackConnection } from './account-of-caller.ts';
export { appFolders, type AppFolders, type Environment } from './app-folders.ts';
export { browseFolders } from './browse-folders.ts';
export { claimDemoFolder } from './demo-folder.ts';
export { cryptoRandom } from './crypto-random.ts';
export { FileJournalStore } from './file-journal-store.ts';
export { localNewFiles } from './local-new-files.ts';
export { createPasswordFile, findPassword } from './password-source.ts';
export { privateFilePasswordStore } from './private-file-password-store.ts';
export { readPageFiles } from './read-page-files.ts';
export { changeSettings, readSettings, type Settings } from './settings-file.ts';
export { systemClock } from './system-clock.ts';
export { isOwnerRunning, thisAccount, thisProcess } from './this-process.ts';
export { verificationFile, type VerificationFile, type Verifications } from './verification-file.ts';
