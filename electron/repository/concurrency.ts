// Doing many things a few at a time, and leaving the event loop free in between.
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Runs `work` for every item, at most `limit` at once. Stops starting new ones after the first failure, and rejects with it. */
export async function forEachLimited<T>(
  items: Iterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  let hasFailed = false;
  const lane = async (): Promise<void> => {
    for (let next = iterator.next(); !hasFailed && next.done !== true; next = iterator.next()) {
      try {
        await work(next.value);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.max(1, limit) }, lane));
  const failed = lanes.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** Lets everything else that waits have its turn. */
export async function breathe(): Promise<void> {
  await nextTurn();
}

/** Runs tasks one after another, in the order they were given. A failed one does not stop the next. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task, task);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
