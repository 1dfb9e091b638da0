// Where every known blob lies, in memory: an open-addressing hash table over flat records, because a large repository
// has ten million of them and a Map of strings would take gigabytes. 48 bytes a blob and 4 to 8 for its slot.
import { randomInt } from 'node:crypto';
import { fieldsPerBlob, type FlatIndex } from './format/index-codec.ts';
import { idFromBytes, idSizeBytes, idToBytes } from './format/id.ts';
import { type BlobKind, type PackedBlob } from './format/pack-header.ts';

const recordsPerSegment = 2 ** 14;
const wordsPerId = idSizeBytes / 4;
const wordsPerRecord = wordsPerId + fieldsPerBlob;

/** A blob's number in the table. Stays the same while the table lives. */
export type BlobEntry = number;

export class BlobTable {
  readonly #segments: Uint32Array[] = [];
  readonly #packIds: Uint8Array[] = [];
  readonly #packNumbers = new Map<string, number>();
  // SECURITY: ids come from files; a seed nobody knows keeps a hostile index from making all of them collide.
  readonly #seed = randomInt(2 ** 32);
  #slots = new Uint32Array(2 ** 10);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get packCount(): number {
    return this.#packIds.length;
  }

  /** Makes room ahead, so that loading does not grow the slots again and again. */
  reserve(count: number): void {
    let size = this.#slots.length;
    while (size * 0.75 < count) size *= 2;
    if (size > this.#slots.length) this.#rehash(size);
  }

  /** Adds an index; a blob that is known at the same place already is left out. */
  add(index: FlatIndex): void {
    const packs = Array.from({ length: index.packIds.length / idSizeBytes }, (_, i) =>
      this.#packNumber(index.packIds, i),
    );
    this.reserve(this.#count + index.ids.length / idSizeBytes);
    const record = new Uint32Array(wordsPerRecord);
    const recordBytes = new Uint8Array(record.buffer);
    for (let i = 0; i < index.ids.length / idSizeBytes; i += 1) {
      recordBytes.set(index.ids.subarray(i * idSizeBytes, (i + 1) * idSizeBytes));
      record.set(index.fields.subarray(i * fieldsPerBlob, (i + 1) * fieldsPerBlob), wordsPerId);
      const pack = record[wordsPerId] ?? 0;
      record[wordsPerId] = (packs[pack >>> 1] ?? 0) * 2 + (pack & 1);
      this.#insert(record);
    }
  }

  find(kind: BlobKind, id: string | Uint8Array): BlobEntry | undefined {
    return this.findAll(kind, id, 1)[0];
  }

  /** All places of a blob: two writers at once may each have stored it. */
  findAll(kind: BlobKind, id: string | Uint8Array, most = Number.POSITIVE_INFINITY): readonly BlobEntry[] {
    const bytes = new Uint8Array(typeof id === 'string' ? idToBytes(id) : id);
    const key = new Uint32Array(bytes.buffer, 0, wordsPerId);
    const found: BlobEntry[] = [];
    const mask = this.#slots.length - 1;
    for (let slot = this.#slotOf(key, 0); found.length < most; slot = (slot + 1) & mask) {
      const entry = (this.#slots[slot] ?? 0) - 1;
      if (entry < 0) break;
      if (this.#isAt(entry, key) && this.kindOf(entry) === kind) found.push(entry);
    }
    return found;
  }

  kindOf(entry: BlobEntry): BlobKind {
    return (this.#field(entry, 0) & 1) === 1 ? 'tree' : 'data';
  }

  packNumberOf(entry: BlobEntry): number {
    return this.#field(entry, 0) >>> 1;
  }

  offsetOf(entry: BlobEntry): number {
    return this.#field(entry, 1);
  }

  sealedBytesOf(entry: BlobEntry): number {
    return this.#field(entry, 2);
  }

  uncompressedBytesOf(entry: BlobEntry): number {
    return this.#field(entry, 3);
  }

  idOf(entry: BlobEntry): string {
    const segment = this.#segment(entry);
    return idFromBytes(new Uint8Array(segment.buffer), (entry % recordsPerSegment) * wordsPerRecord * 4);
  }

  packIdOf(packNumber: number): string {
    return idFromBytes(this.#packIds[packNumber] ?? new Uint8Array(idSizeBytes));
  }

  blob(entry: BlobEntry): PackedBlob {
    return {
      id: this.idOf(entry),
      kind: this.kindOf(entry),
      offset: this.offsetOf(entry),
      sealedBytes: this.sealedBytesOf(entry),
      uncompressedBytes: this.uncompressedBytesOf(entry),
    };
  }

  #packNumber(packIds: Uint8Array, index: number): number {
    const id = idFromBytes(packIds, index * idSizeBytes);
    const known = this.#packNumbers.get(id);
    if (known !== undefined) return known;
    this.#packIds.push(idToBytes(id));
    this.#packNumbers.set(id, this.#packIds.length - 1);
    return this.#packIds.length - 1;
  }

  #insert(record: Uint32Array): void {
    const mask = this.#slots.length - 1;
    let slot = this.#slotOf(record, 0);
    for (let entry = (this.#slots[slot] ?? 0) - 1; entry >= 0; entry = (this.#slots[slot] ?? 0) - 1) {
      if (this.#isSamePlace(entry, record)) return;
      slot = (slot + 1) & mask;
    }
    const entry = this.#count;
    if (entry % recordsPerSegment === 0) this.#segments.push(new Uint32Array(recordsPerSegment * wordsPerRecord));
    this.#segment(entry).set(record, (entry % recordsPerSegment) * wordsPerRecord);
    this.#slots[slot] = entry + 1;
    this.#count += 1;
  }

  #isSamePlace(entry: BlobEntry, record: Uint32Array): boolean {
    const isSamePack = this.#field(entry, 0) === record[wordsPerId] && this.#field(entry, 1) === record[wordsPerId + 1];
    return isSamePack && this.#isAt(entry, record);
  }

  #isAt(entry: BlobEntry, key: Uint32Array): boolean {
    const segment = this.#segment(entry);
    const start = (entry % recordsPerSegment) * wordsPerRecord;
    for (let i = 0; i < wordsPerId; i += 1) if (segment[start + i] !== key[i]) return false;
    return true;
  }

  #slotOf(words: Uint32Array, start: number): number {
    let mixed = this.#seed;
    for (let i = 0; i < wordsPerId; i += 1) {
      mixed = Math.imul(mixed ^ (words[start + i] ?? 0), 0x9e37_79b1);
      mixed ^= mixed >>> 15;
    }
    return mixed & (this.#slots.length - 1);
  }

  #rehash(size: number): void {
    this.#slots = new Uint32Array(size);
    for (let entry = 0; entry < this.#count; entry += 1) {
      let slot = this.#slotOf(this.#segment(entry), (entry % recordsPerSegment) * wordsPerRecord);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (size - 1);
      this.#slots[slot] = entry + 1;
    }
  }

  #segment(entry: BlobEntry): Uint32Array {
    const segment = this.#segments[Math.floor(entry / recordsPerSegment)];
    if (segment === undefined) throw new RangeError(`no blob ${entry} in the table`);
    return segment;
  }

  #field(entry: BlobEntry, field: number): number {
    return this.#segment(entry)[(entry % recordsPerSegment) * wordsPerRecord + wordsPerId + field] ?? 0;
  }
}
