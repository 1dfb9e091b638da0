// Keeps the current header of a file that is being changed, and replaces it the safe way: the new one goes over the
// older copy, so that one valid header is there at any moment. [MS-VHDX] 2.2.2
import { AppError } from '../../../shared/errors/app-error.ts';
import type { ByteStore } from '../files.ts';
import type { Guid } from '../format/guid.ts';
import { encodeHeader, headerPositions, type CurrentHeader, type Header } from '../format/header.ts';

const lastSequenceNumber = 2n ** 64n - 1n;

export class HeaderKeeper {
  readonly #store: ByteStore;
  readonly #newGuid: () => Guid;
  #current: CurrentHeader;
  #isFileAnnounced = false;
  #isContentAnnounced = false;

  constructor(store: ByteStore, current: CurrentHeader, newGuid: () => Guid) {
    this.#store = store;
    this.#current = current;
    this.#newGuid = newGuid;
  }

  get header(): Header {
    return this.#current.header;
  }

  /** Before the first change of the file since it was opened: a new FileWriteGuid. */
  async announceFileChange(): Promise<void> {
    if (!this.#isFileAnnounced) await this.#replace({ fileWriteGuid: this.#newGuid() });
  }

  /** Before the first change of what the guest sees: a new DataWriteGuid, and with it a new FileWriteGuid. */
  async announceContentChange(): Promise<void> {
    if (!this.#isContentAnnounced) await this.renewDataWriteGuid(this.#newGuid());
  }

  async renewDataWriteGuid(dataWriteGuid: Guid): Promise<void> {
    await this.#replace({ fileWriteGuid: this.#newGuid(), dataWriteGuid });
    this.#isContentAnnounced = true;
  }

  async #replace(changes: Partial<Header>): Promise<void> {
    const { header, index } = this.#current;
    if (header.sequenceNumber >= lastSequenceNumber)
      throw new AppError('vhdx.not-writable', { path: this.#store.path, reason: 'Its sequence number is used up' });
    const next = { ...header, ...changes, sequenceNumber: header.sequenceNumber + 1n };
    const other = index === 0 ? 1 : 0;
    await this.#store.write(encodeHeader(next), headerPositions[other]);
    this.#current = { header: next, index: other };
    this.#isFileAnnounced = true;
  }
}
