// What was seen of one volume in a run: its free space over the last seconds, and how fast it falls. It does not matter
// who writes: the VMs of the run, others, or the host itself.

interface Sample {
  readonly atMs: number;
  readonly freeBytes: number;
}

const windowMs = 5000;
/** Two looks that are closer say nothing about a rate: files grow in steps. */
const leastGapMs = 100;

export class VolumeRoom {
  readonly path: string;
  /** Undefined where the host did not tell of the volume. */
  readonly sizeBytes: number | undefined;
  /** The fuse has blown: nothing new is begun here in this run. */
  isClosed = false;
  #samples: readonly Sample[] = [];

  constructor(path: string, sizeBytes: number | undefined) {
    this.path = path;
    this.sizeBytes = sizeBytes;
  }

  saw(atMs: number, freeBytes: number): void {
    const recent = this.#samples.filter((sample) => atMs - sample.atMs <= windowMs);
    // With looks far apart the one before is still needed for a rate.
    const kept = recent.length > 0 ? recent : this.#samples.slice(-1);
    this.#samples = [...kept, { atMs, freeBytes }];
  }

  /** The fastest fall to now from any moment of the window; undefined while one look is all there is. */
  get bytesPerSecond(): number | undefined {
    const now = this.#samples.at(-1);
    if (now === undefined) return undefined;
    const rates = this.#samples
      .filter((sample) => now.atMs - sample.atMs >= leastGapMs)
      .map((sample) => ((sample.freeBytes - now.freeBytes) / (now.atMs - sample.atMs)) * 1000);
    return rates.length === 0 ? undefined : Math.max(0, ...rates);
  }

  /** As seen last, less what has been written since at the same rate. */
  freeBytesAt(nowMs: number): number {
    const last = this.#samples.at(-1);
    if (last === undefined) return 0;
    return last.freeBytes - ((this.bytesPerSecond ?? 0) * Math.max(0, nowMs - last.atMs)) / 1000;
  }
}
