import { describe, expect, it } from 'vitest';
import { figureLatencies, type Figure } from './figure-latencies.ts';

const figure = (label: string, value: number, atMs: number): Figure => ({ label, value, atMs });

describe('the age of a figure on the screen', () => {
  it('ends with the first frame that shows it, not with a later one', () => {
    const sent = [figure('a', 1, 100)];
    expect(figureLatencies(sent, [figure('a', 1, 116), figure('a', 1, 133)])).toEqual({
      latenciesMs: [16],
      missing: 0,
      overtaken: 0,
    });
  });

  it('ends with a newer one where it was overtaken, and says so', () => {
    const sent = [figure('a', 1, 100), figure('a', 2, 105)];
    expect(figureLatencies(sent, [figure('a', 2, 120)])).toEqual({ latenciesMs: [20, 15], missing: 0, overtaken: 1 });
  });

  it('is of its own disk alone', () => {
    const sent = [figure('a', 1, 100), figure('b', 1, 100)];
    const shown = [figure('b', 1, 110), figure('a', 1, 130)];
    expect(figureLatencies(sent, shown).latenciesMs).toEqual([30, 10]);
  });

  it('is missing where the screen shows an older one to the end', () => {
    const sent = [figure('a', 1, 100), figure('a', 2, 200), figure('b', 1, 200)];
    expect(figureLatencies(sent, [figure('a', 1, 110)])).toEqual({ latenciesMs: [10], missing: 2, overtaken: 0 });
  });
});
