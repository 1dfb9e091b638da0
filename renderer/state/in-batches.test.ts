// Nothing is lost, doubled or out of order, and nothing waits longer than the gap, whenever it comes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inBatches, oneByOne, type BatchTimer } from './in-batches.ts';

class FakeTimer implements BatchTimer {
  #nowMs = 0;
  readonly #due: { readonly atMs: number; readonly act: () => void }[] = [];
  /** Timers of a hidden window: they never come. */
  isAsleep = false;

  nowMs(): number {
    return this.#nowMs;
  }

  after(ms: number, act: () => void): void {
    this.#due.push({ atMs: this.#nowMs + ms, act });
  }

  advanceTo(atMs: number): void {
    this.#due.sort((a, b) => a.atMs - b.atMs);
    for (let next = this.#due[0]; !this.isAsleep && next !== undefined && next.atMs <= atMs; next = this.#due[0]) {
      this.#due.shift();
      this.#nowMs = next.atMs;
      next.act();
    }
    this.#nowMs = atMs;
  }
}

const gapMs = 33;

function gathering() {
  const timer = new FakeTimer();
  const taken: { readonly atMs: number; readonly items: readonly number[] }[] = [];
  const put = inBatches(timer, gapMs)((items: readonly number[]) => taken.push({ atMs: timer.nowMs(), items }));
  return { timer, taken, put };
}

describe('what comes close together', () => {
  it('is taken together, the first of it at once', () => {
    const { timer, taken, put } = gathering();
    timer.advanceTo(100);
    put(1);
    timer.advanceTo(110);
    put(2);
    timer.advanceTo(120);
    put(3);
    timer.advanceTo(1000);
    put(4);
    expect(taken).toEqual([
      { atMs: 100, items: [1] },
      { atMs: 133, items: [2, 3] },
      { atMs: 1000, items: [4] },
    ]);
  });

  it('is taken as more of it comes where timers sleep', () => {
    const { timer, taken, put } = gathering();
    timer.isAsleep = true;
    for (let item = 0; item < 100; item += 1) {
      timer.advanceTo(item * 10);
      put(item);
    }
    expect(taken.flatMap(({ items }) => items).length).toBeGreaterThan(95);
    expect(Math.max(...taken.map(({ items }) => items.length))).toBeLessThanOrEqual(4);
  });

  it('comes whole, in order, in time, and no more often than the gap allows', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 80 }), { minLength: 1 }), (gaps) => {
        const { timer, taken, put } = gathering();
        const cameAtMs: number[] = [];
        gaps.forEach((gap, item) => {
          timer.advanceTo(timer.nowMs() + gap);
          cameAtMs.push(timer.nowMs());
          put(item);
        });
        timer.advanceTo(timer.nowMs() + gapMs);
        expect(taken.flatMap(({ items }) => items)).toEqual(gaps.map((_gap, item) => item));
        for (const { atMs, items } of taken)
          for (const item of items) expect(atMs - (cameAtMs[item] ?? NaN)).toBeLessThanOrEqual(gapMs);
        taken.slice(1).forEach(({ atMs }, index) => {
          expect(atMs - (taken[index]?.atMs ?? NaN)).toBeGreaterThanOrEqual(gapMs);
        });
      }),
    );
  });
});

it('one by one is one by one', () => {
  const taken: (readonly number[])[] = [];
  const put = oneByOne((items: readonly number[]) => taken.push(items));
  put(1);
  put(2);
  expect(taken).toEqual([[1], [2]]);
});
