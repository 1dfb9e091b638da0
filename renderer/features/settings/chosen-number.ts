// The number that somebody meant in a number field: pressed, it comes as a number; typed, as text.

export interface TypedNumber {
  readonly value?: number | null;
  readonly displayValue?: string;
}

/** A whole number from 1 to `most`; undefined for what is no number, an emptied field above all. */
export function chosenNumber({ value, displayValue = '' }: TypedNumber, most: number): number | undefined {
  const text = displayValue.trim();
  const number = value ?? (text === '' ? Number.NaN : Number(text));
  return Number.isFinite(number) ? Math.min(most, Math.max(1, Math.round(number))) : undefined;
}
