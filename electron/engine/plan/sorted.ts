// One order for everything a plan lists, that no locale and no order of answers changes.

type Key = string | number;

/** A copy, ordered by each key in turn: numbers as numbers, text as Windows names, case only where nothing else differs. */
export function sorted<T>(items: Iterable<T>, ...keys: readonly ((item: T) => Key)[]): readonly T[] {
  return [...items].sort((a, b) => {
    for (const key of keys) {
      const order = compare(key(a), key(b));
      if (order !== 0) return order;
    }
    return 0;
  });
}

function compare(a: Key, b: Key): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return byCodeUnits(String(a).toLowerCase(), String(b).toLowerCase()) || byCodeUnits(String(a), String(b));
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
