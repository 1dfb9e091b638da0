// Entry of a thread that hashes one disk file, so that two can be hashed side by side and the event loop stays free.
import { parentPort, workerData } from 'node:worker_threads';
import { toAppError, type AppErrorData } from '../../shared/errors/app-error.ts';
import { hashDiskFile } from '../engine/restore-points/index.ts';
import { localFiles } from '../vhdx/index.ts';

export type DiskHashAnswer =
  { readonly sha256: string } | { readonly error: Pick<AppErrorData, 'code' | 'params' | 'title'> };

parentPort?.postMessage(await answer(String(workerData)));

async function answer(path: string): Promise<DiskHashAnswer> {
  try {
    return { sha256: await hashDiskFile(localFiles(), path) };
  } catch (error) {
    const { code, params, title } = toAppError(error).toData();
    return { error: { code, params, title } };
  }
}
