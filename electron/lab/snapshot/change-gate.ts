// Lets changes of a volume's files through, many at a time, and holds all of them back for the one instant in which a
// snapshot is taken: then no change is under way and none begins.
import { Mutex } from '../mutex.ts';

export class ChangeGate {
  readonly #holders = new Mutex();
  #changing = 0;
  /** While somebody holds it: resolves when it is open again. */
  #reopened: Promise<void> | undefined;
  #onStill: (() => void) | undefined;

  /** A change must not wait for another change inside of it: while the gate is shut, that one would never come. */
  async change<T>(action: () => Promise<T>): Promise<T> {
    while (this.#reopened !== undefined) await this.#reopened;
    this.#changing += 1;
    try {
      return await action();
    } finally {
      this.#changing -= 1;
      if (this.#changing === 0) this.#onStill?.();
    }
  }

  /** Runs `action` while nothing changes. */
  async holdStill<T>(action: () => Promise<T>): Promise<T> {
    return this.#holders.run(async () => {
      let reopen = (): void => undefined;
      this.#reopened = new Promise((resolve) => {
        reopen = resolve;
      });
      try {
        if (this.#changing > 0)
          await new Promise<void>((resolve) => {
            this.#onStill = resolve;
          });
        return await action();
      } finally {
        this.#onStill = undefined;
        this.#reopened = undefined;
        reopen();
      }
    });
  }
}

/** Holds several still at once. They are taken in the order given, so everybody gives the same order. */
export function holdAllStill<T>(gates: readonly ChangeGate[], action: () => Promise<T>): Promise<T> {
  const [first, ...rest] = gates;
  return first === undefined ? action() : first.holdStill(() => holdAllStill(rest, action));
}
