// A frozen disk in memory, which says what is allocated and what was read of it.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { zeroGuid, type Extent, type VirtualDisk } from '../../../vhdx/index.ts';

export interface MemoryDiskOptions {
  readonly sizeBytes: number;
  readonly blockSizeBytes: number;
  readonly extents: readonly Extent[];
  readonly content: Uint8Array;
  /** Called before each read; throws to make it fail. */
  readonly onRead?: (offset: number) => void;
  readonly onAssertUnchanged?: () => void;
}

export interface MemoryDisk extends VirtualDisk {
  readonly reads: readonly { readonly offset: number; readonly lengthBytes: number }[];
  readonly readsUnderWay: number;
}

export function memoryDisk(options: MemoryDiskOptions): MemoryDisk {
  const reads: { offset: number; lengthBytes: number }[] = [];
  const state = { underWay: 0 };
  return {
    path: 'memory',
    type: 'dynamic',
    sizeBytes: options.sizeBytes,
    blockSizeBytes: options.blockSizeBytes,
    logicalSectorSizeBytes: 512,
    physicalSectorSizeBytes: 512,
    virtualDiskId: 'aaaaaaaa-0000-4000-8000-000000000001',
    dataWriteGuid: 'bbbbbbbb-0000-4000-8000-000000000002',
    fileWriteGuid: zeroGuid,
    members: [],
    reads,
    get readsUnderWay(): number {
      return state.underWay;
    },
    read: async (target, offset) => {
      state.underWay += 1;
      try {
        await nextTurn();
        reads.push({ offset, lengthBytes: target.length });
        options.onRead?.(offset);
        target.set(options.content.subarray(offset, offset + target.length));
      } finally {
        state.underWay -= 1;
      }
    },
    extents: async function* () {
      yield* options.extents;
    },
    assertUnchanged: async () => options.onAssertUnchanged?.(),
    close: async () => undefined,
  };
}
