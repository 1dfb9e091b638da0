// What has to be undone, last thing first. Every effect pushes its undo before it happens; nothing is skipped because
// an earlier undo failed.

export type Undo = () => Promise<void>;

export class CleanupStack {
  readonly #undos: Undo[] = [];

  push(undo: Undo): void {
    this.#undos.push(undo);
  }

  /** Runs every undo, last pushed first, each once. Returns what failed; it never throws and never stops half way. */
  async unwind(): Promise<readonly unknown[]> {
    const failures: unknown[] = [];
    for (let undo = this.#undos.pop(); undo !== undefined; undo = this.#undos.pop()) {
      try {
        await undo();
      } catch (error) {
        failures.push(error);
      }
    }
    return failures;
  }
}
