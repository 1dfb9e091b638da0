// Sorting a list by one of its columns: numbers by size, text as people order it (VM2 before VM10).

export type SortValue = string | number;
export type SortDirection = 'ascending' | 'descending';

export interface Sort {
  readonly columnId: string;
  readonly direction: SortDirection;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

export function compareValues(a: SortValue, b: SortValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return collator.compare(String(a), String(b));
}

/** Rows that are equal keep their order. */
export function sortRows<Row>(
  rows: readonly Row[],
  valueOf: ((row: Row) => SortValue) | undefined,
  direction: SortDirection,
): readonly Row[] {
  if (valueOf === undefined) return rows;
  const sign = direction === 'ascending' ? 1 : -1;
  return rows
    .map((row) => ({ row, value: valueOf(row) }))
    .sort((a, b) => sign * compareValues(a.value, b.value))
    .map(({ row }) => row);
}

/** A click on a column: first upwards, then downwards. */
export function nextSort(sort: Sort | undefined, columnId: string): Sort {
  const isSame = sort?.columnId === columnId;
  return { columnId, direction: isSame && sort.direction === 'ascending' ? 'descending' : 'ascending' };
}
