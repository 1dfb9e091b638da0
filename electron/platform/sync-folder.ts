// Makes a new name in a folder survive a power cut.
import { open } from 'node:fs/promises';

/** Windows cannot open folders for that, and NTFS journals the name itself. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
