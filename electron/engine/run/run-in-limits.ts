// Runs tasks side by side, at most so many overall and so many of one group (a host). Knows nothing of VMs.

export interface Limits<Item> {
  readonly overall: number;
  readonly perGroup: number;
  readonly groupOf: (item: Item) => string;
}

/** Ends when every task has ended, then rejects with what the first failed one threw. Items start in order; one whose group is full lets later ones pass. */
export async function runInLimits<Item>(
  items: readonly Item[],
  limits: Limits<Item>,
  task: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const perGroup = new Map<string, number>();
  const count = (group: string): number => perGroup.get(group) ?? 0;

  const startNext = (): boolean => {
    const index = waiting.findIndex((item) => count(limits.groupOf(item)) < limits.perGroup);
    const [item] = index < 0 || running.size >= limits.overall ? [] : waiting.splice(index, 1);
    if (item === undefined) return false;
    const group = limits.groupOf(item);
    perGroup.set(group, count(group) + 1);
    const run = task(item)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => {
        perGroup.set(group, count(group) - 1);
        running.delete(run);
      });
    running.add(run);
    return true;
  };

  while (startNext());
  while (running.size > 0) {
    await Promise.race(running);
    while (startNext());
  }
  if (failures.length > 0) throw failures[0];
}
