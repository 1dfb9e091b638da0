// Which MiB of a file are taken, and by one thing only. Everything behind the header section is MiB-aligned, so one bit
// per MiB finds every overlap. Memory follows what is marked: a page of bits covers 32 GiB of file.
import { headerSectionBytes, MiB } from '../format/limits.ts';
import { Violation } from '../format/violation.ts';

const slotsPerPage = 32 * 1024;

export class UsedSpace {
  readonly #pages = new Map<number, Uint8Array>();
  readonly #fileSizeBytes: number;

  constructor(fileSizeBytes: number) {
    this.#fileSizeBytes = fileSizeBytes;
  }

  /** `offset` is a multiple of 1 MiB. Throws Violation when the stretch leaves the file or is taken already;
   * `what` names it then. */
  take(offset: number, lengthBytes: number, structure: string, what: () => string): void {
    if (offset < headerSectionBytes) throw new Violation(structure, `${what()} lies in the header section`);
    if (offset + lengthBytes > this.#fileSizeBytes)
      throw new Violation(structure, `${what()} lies beyond the end of the file`);
    const end = Math.ceil((offset + lengthBytes) / MiB);
    for (let slot = offset / MiB; slot < end; slot += 1)
      if (!this.#takeSlot(slot)) throw new Violation(structure, `${what()} lies on top of something else`);
  }

  #takeSlot(slot: number): boolean {
    const index = Math.floor(slot / slotsPerPage);
    const page = this.#pages.get(index) ?? this.#addPage(index);
    const within = slot % slotsPerPage;
    const before = page[within >>> 3] ?? 0;
    const bit = 1 << (within & 7);
    page[within >>> 3] = before | bit;
    return (before & bit) === 0;
  }

  #addPage(index: number): Uint8Array {
    const page = new Uint8Array(slotsPerPage / 8);
    this.#pages.set(index, page);
    return page;
  }
}
