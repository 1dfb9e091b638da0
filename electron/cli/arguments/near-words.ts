// "Did you mean": the known words that are close to a mistyped one. Pure.

const mostNear = 3;

/** Closest first; case makes no difference. */
export function nearWords(word: string, known: readonly string[]): readonly string[] {
  const wanted = word.toLowerCase();
  const most = Math.max(1, Math.floor(wanted.length / 3));
  return known
    .map((candidate) => ({ candidate, distance: distanceOf(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= most || startsAlike(wanted, candidate.toLowerCase()))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, mostNear)
    .map(({ candidate }) => candidate);
}

function startsAlike(wanted: string, candidate: string): boolean {
  return wanted.length >= 3 && (candidate.startsWith(wanted) || wanted.startsWith(candidate));
}

/** Edits that turn one into the other; two neighbours that changed places are one edit. */
function distanceOf(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_unused, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
