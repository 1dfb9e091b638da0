// Keeps the key of this window in IndexedDB, which is the one place of a browser where a key can lie without being read.
import type { KeyStore } from './window-key.ts';

const shelf = 'keys';
const place = 'window';

export function browserKeyStore(databases: IDBFactory): KeyStore {
  const open = async (): Promise<IDBDatabase> => {
    const request = databases.open('stillpoint', 1);
    request.onupgradeneeded = () => void request.result.createObjectStore(shelf);
    return resultOf(request);
  };
  return {
    read: async () => {
      const database = await open();
      try {
        const found: unknown = await resultOf(database.transaction(shelf).objectStore(shelf).get(place));
        return found instanceof CryptoKey ? found : undefined;
      } finally {
        database.close();
      }
    },
    write: async (key) => {
      const database = await open();
      try {
        await resultOf(database.transaction(shelf, 'readwrite').objectStore(shelf).put(key, place));
      } finally {
        database.close();
      }
    },
  };
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error('the browser keeps nothing'));
    };
  });
}
