// A number field never changes a setting by what is no number.
import { expect, it } from 'vitest';
import { chosenNumber, type TypedNumber } from './chosen-number.ts';

it.each<[TypedNumber, number | undefined]>([
  [{ value: 3 }, 3],
  [{ value: null, displayValue: '7' }, 7],
  [{ displayValue: ' 4 ' }, 4],
  [{ displayValue: '2.6' }, 3],
  [{ displayValue: '99' }, 8],
  [{ displayValue: '0' }, 1],
  [{ displayValue: '-5' }, 1],
  [{ displayValue: '' }, undefined],
  [{ displayValue: '  ' }, undefined],
  [{ value: null, displayValue: 'four' }, undefined],
  [{ displayValue: '1e999' }, undefined],
  [{}, undefined],
])('%j means %s', (typed, chosen) => expect(chosenNumber(typed, 8)).toBe(chosen));
