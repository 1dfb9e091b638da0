// One window or loopback host per installation: Electron's own lock knows nothing of the loopback host.
import { lockInstallation } from '../platform/installation-lock.ts';

interface Closable {
  close(): Promise<void>;
}

/** The lock goes with the backend's `close`. Errors: `console.already-open`, and those of `open`. */
export async function openLockedBackend<B extends Closable>(root: string, open: () => Promise<B>): Promise<B> {
  const lock = await lockInstallation(root);
  try {
    const backend = await open();
    return {
      ...backend,
      close: async () => {
        try {
          await backend.close();
        } finally {
          await lock.release();
        }
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
