// The door between a guest's work and its rest: work enters and leaves, and once the door is shut and the last work has
// left, the guest is at rest until the door opens.
export class RestGate {
  #working = 0;
  #isShut = false;
  #atRest: (() => void)[] = [];
  #waiting: (() => void)[] = [];

  /** Runs one piece of work; waits before it while the door is shut. */
  async work(action: () => Promise<void>): Promise<void> {
    while (this.#isShut) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#working += 1;
    try {
      await action();
    } finally {
      this.#working -= 1;
      if (this.#working === 0) this.#atRest.splice(0).forEach((resolve) => resolve());
    }
  }

  /** Shuts the door; resolves at rest. */
  async shut(): Promise<void> {
    this.#isShut = true;
    if (this.#working > 0) await new Promise<void>((resolve) => this.#atRest.push(resolve));
  }

  open(): void {
    this.#isShut = false;
    this.#waiting.splice(0).forEach((resolve) => resolve());
  }
}
