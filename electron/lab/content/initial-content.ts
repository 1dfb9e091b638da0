// What lies on a disk before any guest has written: for each MiB text, random or nothing, as a pure function of the
// disk's own key. The creator of the lab writes it; the model reads it from here again.
import type { ContentKind, PageContent } from './page-content.ts';
import { chunkBytes } from './page-content.ts';
import { hash32, Prng } from './prng.ts';

export interface DiskContentSpec {
  /** Different for every disk of every lab. */
  readonly contentKey: string;
  readonly sizeBytes: number;
  readonly textBytes: number;
  readonly randomBytes: number;
}

export class InitialContent {
  readonly chunkCount: number;
  readonly #kinds: readonly (ContentKind | undefined)[];
  readonly #contentKey: string;
  readonly #content: PageContent;

  constructor(spec: DiskContentSpec, content: PageContent) {
    this.chunkCount = spec.sizeBytes / chunkBytes;
    this.#contentKey = spec.contentKey;
    this.#content = content;
    this.#kinds = layOut(spec, this.chunkCount);
  }

  /** What the chunk holds; undefined where nothing was written. */
  kindOf(chunk: number): ContentKind | undefined {
    return this.#kinds[chunk];
  }

  /** Fills one MiB with the content of `chunk`, zeros where nothing was written. */
  fill(target: Uint8Array, chunk: number): void {
    const kind = this.#kinds[chunk];
    if (kind === undefined) target.fill(0);
    else this.#content.fill(target, kind, hash32(`${this.#contentKey} ${chunk}`));
  }
}

/** Runs of 3 to 16 MiB, text and random by turns, with gaps so that they spread over the whole disk. */
function layOut(spec: DiskContentSpec, chunkCount: number): readonly (ContentKind | undefined)[] {
  const prng = new Prng(`layout ${spec.contentKey}`);
  const kinds = Array.from<ContentKind | undefined>({ length: chunkCount });
  const left = { text: Math.floor(spec.textBytes / chunkBytes), random: Math.floor(spec.randomBytes / chunkBytes) };
  // The first MiB of a disk is its partition table and boot code: always there.
  kinds[0] = 'text';
  let kind: ContentKind = 'text';
  for (let at = 1; at < chunkCount && left.text + left.random > 0;) {
    const wanted = left.text + left.random;
    const run = Math.min(prng.between(3, 16), left[kind], chunkCount - at);
    for (let chunk = at; chunk < at + run; chunk += 1) kinds[chunk] = kind;
    left[kind] -= run;
    at += run;
    const gap = Math.floor(((chunkCount - at - (wanted - run)) * run) / wanted);
    at += Math.max(0, Math.floor((gap * prng.between(50, 140)) / 100));
    kind = kind === 'text' ? 'random' : 'text';
  }
  return kinds;
}
