import { describe, expect, it } from 'vitest';
import { median, percentile, summarizeFrames } from './statistics.ts';

describe('a percentile', () => {
  it.each([
    [[7], 0.5, 7],
    [[7], 0.99, 7],
    [[3, 1, 2], 0.5, 2],
    [[4, 1, 3, 2], 0.5, 2],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.95, 10],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9, 9],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 1, 10],
    [[1, 2, 3], 0, 1],
  ])('of %j at %d is %d', (values, share, expected) => {
    expect(percentile(values, share)).toBe(expected);
  });

  it('leaves its values in their order', () => {
    const values = [3, 1, 2];
    expect(median(values)).toBe(2);
    expect(values).toEqual([3, 1, 2]);
  });

  it('of nothing is refused', () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });
});

describe('the frames of a screen', () => {
  const frame = 1000 / 60;
  const stamps = (...gapsInFrames: readonly number[]): readonly number[] => {
    let at = 1000;
    return [at, ...gapsInFrames.map((gap) => (at += gap * frame))];
  };

  it.each([
    ['all drawn', [1, 1, 1, 1], { droppedShare: 0, overOneShare: 0, overTwoShare: 0 }],
    ['one missed', [1, 2, 1, 1], { droppedShare: 1 / 5, overOneShare: 1 / 4, overTwoShare: 0 }],
    ['three missed in a row', [1, 4], { droppedShare: 3 / 5, overOneShare: 1 / 2, overTwoShare: 1 / 2 }],
    ['wavering by less than a millisecond', [1.05, 0.95], { droppedShare: 0, overOneShare: 0, overTwoShare: 0 }],
  ])('%s', (_name, gaps, expected) => {
    const summary = summarizeFrames(stamps(...gaps));
    for (const [key, value] of Object.entries(expected)) expect(summary).toHaveProperty(key, expect.closeTo(value, 9));
    expect(summary.count).toBe(gaps.length);
    expect(summary.maxMs).toBeCloseTo(Math.max(...gaps) * frame, 9);
  });
});
