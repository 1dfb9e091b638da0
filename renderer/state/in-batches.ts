// Events may come by the hundred a second, and nobody reads so fast: those that come close together are taken together.
// The first after a pause is taken at once. Not paced by the frames of the screen: a window that is hidden gets none, and
// would gather events for ever.

/** Hands over what comes, one by one or together, always in its order. */
export type Gather = <Item>(take: (items: readonly Item[]) => void) => (item: Item) => void;

export const oneByOne: Gather = (take) => (item) => take([item]);

export interface BatchTimer {
  /** Rises steadily. */
  nowMs(): number;
  after(ms: number, act: () => void): void;
}

/** @param gapMs between two batches, at least; nothing waits longer than that, as far as the timer keeps its word */
export function inBatches(timer: BatchTimer, gapMs: number): Gather {
  return <Item>(take: (items: readonly Item[]) => void): ((item: Item) => void) => {
    let gathered: Item[] = [];
    let takenAtMs = -Infinity;
    const takeAll = (): void => {
      const items = gathered;
      gathered = [];
      takenAtMs = timer.nowMs();
      take(items);
    };
    return (item) => {
      gathered.push(item);
      const leftMs = takenAtMs + gapMs - timer.nowMs();
      // Timers of a hidden window come late: what arrives does not wait for them.
      if (leftMs <= 0) takeAll();
      else if (gathered.length === 1) timer.after(leftMs, () => (gathered.length > 0 ? takeAll() : undefined));
    };
  };
}
