// What the demo found, in the form that `--json` prints. Keys may be added, never changed.

export interface ProvedDisk {
  readonly pathInSnapshot: string;
  /** Of the raw virtual disk at the checkpoint, as the lab knows it. */
  readonly checkpointSha256: string;
  readonly restoredFile: string;
  readonly restoredSha256: string;
}

export interface ProvedRestorePoint {
  readonly id: string;
  readonly vm: string;
  readonly mode: string;
  readonly consistency: string;
  readonly checkpointAt: string;
  readonly disks: readonly ProvedDisk[];
  readonly quiescing: string;
  /** Every chunk was read back, decrypted and hashed. */
  readonly verified: boolean;
  readonly guestDatabase: { readonly whole: boolean; readonly transactions: number; readonly detail: string };
  readonly readBytes: number;
  readonly storedBytes: number;
  /** Of the second one of a VM: what the guest had really changed since the first. */
  readonly changedBytes?: number;
}

export interface LiveDisk {
  /** The base disk after the merge. */
  readonly file: string;
  /** Of its raw content, as the lab knows it. */
  readonly sha256: string;
  /** The same, read from the file. */
  readonly fileSha256: string;
}

export interface DemoResult {
  readonly ok: boolean;
  readonly repository: string;
  readonly passwordFile: string;
  readonly restorePoints: readonly ProvedRestorePoint[];
  readonly liveDisks: readonly LiveDisk[];
  readonly leftovers: readonly unknown[];
  readonly lab: string;
  readonly gates: readonly { readonly id: string; readonly verdict: string; readonly summary: string }[];
  /** What did not agree, in words; empty when `ok`. */
  readonly failures: readonly string[];
  readonly elapsedMs: number;
  readonly peakMemoryBytes: number;
}

export function failuresOf(
  { restorePoints, liveDisks, leftovers }: Pick<DemoResult, 'restorePoints' | 'liveDisks' | 'leftovers'>,
  expected: { readonly restorePoints: number },
): readonly string[] {
  return [
    ...(restorePoints.length < expected.restorePoints
      ? [`${restorePoints.length} restore points in place of ${expected.restorePoints}`]
      : []),
    ...restorePoints.flatMap(failuresOfRestorePoint),
    ...liveDisks
      .filter((disk) => disk.sha256 !== disk.fileSha256)
      .map((disk) => `${disk.file} does not hold what its guest wrote`),
    ...liveDisks.filter((disk) => /\.avhdx$/i.test(disk.file)).map((disk) => `${disk.file} is not merged`),
    ...(leftovers.length > 0 ? [`${leftovers.length} leftovers`] : []),
  ];
}

function failuresOfRestorePoint(point: ProvedRestorePoint): readonly string[] {
  const name = `${point.vm} (${point.id.slice(0, 8)})`;
  return [
    ...(point.verified ? [] : [`${name} is damaged in the repository`]),
    ...(point.guestDatabase.whole ? [] : [`the database in ${name} is torn: ${point.guestDatabase.detail}`]),
    ...(point.consistency === 'application' ? [] : [`${name} is only ${point.consistency}-consistent`]),
    ...point.disks
      .filter((disk) => disk.checkpointSha256 !== disk.restoredSha256)
      .map((disk) => `${disk.pathInSnapshot} of ${name} is not what it was at the checkpoint`),
  ];
}
