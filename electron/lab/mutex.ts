// One at a time, in the order of asking.
export class Mutex {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#last.then(action, action);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** Runs `action` while it holds all of them; they are taken in the order given, so everybody gives the same order. */
export function runHolding<T>(mutexes: readonly Mutex[], action: () => Promise<T>): Promise<T> {
  const [first, ...rest] = mutexes;
  return first === undefined ? action() : first.run(() => runHolding(rest, action));
}
