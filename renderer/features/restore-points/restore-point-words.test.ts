// What the list says about the proof of a restore point: never that there was none when nobody knows.
import { expect, it } from 'vitest';
import { listedWords, verificationMark } from './restore-point-words.ts';

const intact = { atMs: Date.UTC(2026, 0, 2, 12), isIntact: true, damageCount: 0, checkedBytes: 1 };

it.each([
  ['never verified', undefined, true, 'plain', /^Not yet$/],
  ['a record that cannot be read', undefined, false, 'unknown', /^Not known$/],
  ['intact', intact, true, 'good', /^2026-01-0[123] \d\d:\d\d$/],
  ['verified in this window although the record cannot be read', intact, false, 'good', /^2026/],
  ['one damage', { ...intact, isIntact: false, damageCount: 1 }, true, 'bad', /^1 damage found$/],
] as const)('says it of %s', (_name, verification, isKnown, tone, text) => {
  const mark = verificationMark(verification, isKnown);
  expect(mark.tone).toBe(tone);
  expect(mark.text).toMatch(text);
});

it.each([
  [0, 0, '0 restore points'],
  [1, 1, '1 restore point'],
  [200, 350, 'the newest 200 of 350 restore points'],
])('calls %d of %d so', (listed, total, words) => expect(listedWords(listed, total)).toBe(words));
