// Round trip, the line a crash cut, and damage that is none of ours.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyRun, queuedBody, runId } from '../../../shared/testing/arbitrary-events.ts';
import type { RunEvent } from '../../../shared/events/run-event.ts';
import { makeRunId } from '../../../shared/model/ids.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import { decodeJournal, openRunJournal, readRunJournal } from './run-journal.ts';

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const first: RunEvent = { ...queuedBody, runId, seq: 1, atMs: 1 };
const second: RunEvent = { type: 'run-started', runId, seq: 2, atMs: 2 };
const third: RunEvent = { type: 'recovery-started', runId, seq: 3, atMs: 3 };
const line = (event: RunEvent): string => JSON.stringify(event);
const cut = (event: RunEvent): string => line(event).slice(0, 30);

describe('a journal', () => {
  test('is read back as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(anyRun, async (events) => {
        const store = new MemoryJournal();
        const journal = openRunJournal(store, runId);
        for (const event of events) await journal.append(event);
        expect(await readRunJournal(store, runId)).toEqual(json(events));
      }),
      { numRuns: 100 },
    );
  });

  test('cut at any byte it is what was whole, and can be continued', async () => {
    const whole = [first, second].map((event) => `${line(event)}\n`).join('');
    for (let length = 0; length <= whole.length; length += 1) {
      const store = new MemoryJournal();
      store.write(runId, whole.slice(0, length));
      const before = await readRunJournal(store, runId);
      const complete = length >= whole.length - 1 ? 2 : length >= line(first).length ? 1 : 0;
      expect(before, `cut at ${length}`).toHaveLength(complete);
      if (complete === 0) continue;
      const journal = openRunJournal(store, runId);
      await journal.closeCutLine();
      await journal.append({ ...third, seq: complete + 1 });
      expect(
        (await readRunJournal(store, runId)).map((event) => event.type),
        `cut at ${length}`,
      ).toEqual([...before.map((event) => event.type), 'recovery-started']);
    }
  });

  test('after a failed append nothing more is written', async () => {
    const lines: string[] = [];
    let isFull = false;
    const append = (_run: unknown, text: string): Promise<void> => {
      if (isFull) return Promise.reject(new Error('no space left'));
      lines.push(text);
      return Promise.resolve();
    };
    const journal = openRunJournal({ append, list: () => Promise.resolve([]), read: () => Promise.resolve([]) }, runId);
    await journal.append(first);
    isFull = true;
    await expect(journal.append(second)).rejects.toMatchObject({
      code: 'engine.journal-not-written',
      params: { run: runId },
    });
    isFull = false;
    await expect(journal.append(third)).rejects.toMatchObject({ code: 'engine.journal-not-written' });
    expect(lines).toHaveLength(1);
  });
});

describe('damage', () => {
  const other = makeRunId(0, 'ffffff');
  test.each([
    ['half a line in the middle', [line(first), cut(second), line(third)], 2, /not JSON/],
    ['a line that is no event', [line(first), '{"type":"hello"}', line(second)], 2, /./],
    ['an event of another run', [line(first), line({ ...second, runId: other })], 2, /belongs to run/],
    ['a second beginning', [line(first), line({ ...first, seq: 2 })], 2, /begins only once/],
    ['no beginning', [line(second)], 1, /does not begin/],
    ['a deep bomb', [line(first), '['.repeat(100_000), line(second)], 2, /not JSON/],
    ['an endless line', [line(first), 'x'.repeat(17 * 1024 * 1024), line(second)], 2, /too long/],
  ])('%s is an error that names the line', (_name, lines, number, reason) => {
    const read = () => decodeJournal(runId, lines);
    expect(read).toThrow(expect.objectContaining({ code: 'engine.journal-damaged' }) as Error);
    try {
      read();
    } catch (error) {
      expect(error).toMatchObject({ params: { run: runId, line: number } });
      expect((error as { params: { reason: string } }).params.reason).toMatch(reason);
    }
  });

  test('any bytes are an error with a name, or events; never anything else', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.json(), fc.constant(line(second))), { maxLength: 6 }), (lines) => {
        try {
          expect(Array.isArray(decodeJournal(runId, lines))).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'engine.journal-damaged' });
        }
      }),
      { numRuns: 500 },
    );
  });
});
