// Turns single stretches into extents: neighbours of one kind become one.

export interface Ranged<Kind extends string> {
  readonly offset: number;
  readonly lengthBytes: number;
  readonly kind: Kind;
}

/** Walks [start, end) with `next`, which says what begins at an offset and where it ends. */
export async function* mergeStretches<Kind extends string>(
  start: number,
  end: number,
  next: (offset: number, end: number) => Promise<{ readonly kind: Kind; readonly end: number }>,
): AsyncGenerator<Ranged<Kind>, void, undefined> {
  let pending: Ranged<Kind> | undefined;
  for (let at = start; at < end;) {
    const stretch = await next(at, end);
    const lengthBytes = stretch.end - at;
    if (pending?.kind === stretch.kind) pending = { ...pending, lengthBytes: pending.lengthBytes + lengthBytes };
    else {
      if (pending !== undefined) yield pending;
      pending = { offset: at, lengthBytes, kind: stretch.kind };
    }
    at = stretch.end;
  }
  if (pending !== undefined) yield pending;
}
