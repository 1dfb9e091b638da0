import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareValues, nextSort, sortRows } from './sort-rows.ts';

describe('sorting', () => {
  it.each([
    ['VM2', 'VM10', -1],
    ['vm1', 'VM1', 0],
    ['b', 'A', 1],
    [2, 10, -1],
    [10, 9, 1],
  ] as const)('%s against %s', (a, b, sign) => {
    expect(Math.sign(compareValues(a, b))).toBe(sign);
  });

  it('keeps every row, orders by the value, and rows of one value stay in their order both ways', () => {
    const rows = fc.array(fc.record({ value: fc.integer({ min: 0, max: 3 }), id: fc.nat() }), { maxLength: 40 });
    const direction = fc.constantFrom('ascending' as const, 'descending' as const);
    fc.assert(
      fc.property(rows, direction, (list, way) => {
        const sorted = sortRows(list, (row) => row.value, way);
        expect([...sorted].sort((a, b) => list.indexOf(a) - list.indexOf(b))).toEqual(list);
        sorted.slice(1).forEach((row, index) => {
          const before = sorted[index];
          if (before === undefined) return;
          const difference = (row.value - before.value) * (way === 'ascending' ? 1 : -1);
          expect(difference).toBeGreaterThanOrEqual(0);
          if (difference === 0) expect(list.indexOf(row)).toBeGreaterThan(list.indexOf(before));
        });
      }),
    );
  });

  it('goes up, then down, then up; another column begins upwards', () => {
    const up = nextSort(undefined, 'name');
    const down = nextSort(up, 'name');
    expect([up.direction, down.direction, nextSort(down, 'name').direction]).toEqual([
      'ascending',
      'descending',
      'ascending',
    ]);
    expect(nextSort(down, 'host')).toEqual({ columnId: 'host', direction: 'ascending' });
  });
});
