// From when a figure was sent to when it, or a newer one of the same disk, stood on the screen. Pure.

export interface Figure {
  /** Which disk's. */
  readonly label: string;
  /** Rises with every figure of a disk. */
  readonly value: number;
  readonly atMs: number;
}

export interface Latencies {
  readonly latenciesMs: readonly number[];
  /** Sent, and at the end neither on the screen nor overtaken. */
  readonly missing: number;
  /** Never drawn, because a newer one came before the next frame. */
  readonly overtaken: number;
}

export function figureLatencies(sent: readonly Figure[], shown: readonly Figure[]): Latencies {
  const shownOf = Map.groupBy(shown, (figure) => figure.label);
  const latenciesMs: number[] = [];
  let missing = 0;
  let overtaken = 0;
  for (const { label, value, atMs } of sent) {
    const first = shownOf.get(label)?.find((figure) => figure.value >= value);
    if (first === undefined) missing += 1;
    else latenciesMs.push(first.atMs - atMs);
    if (first !== undefined && first.value > value) overtaken += 1;
  }
  return { latenciesMs, missing, overtaken };
}
