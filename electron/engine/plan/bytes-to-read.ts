// The most that is read of a VM's disks, from the sizes of its files.
import type { DriveFacts, VmFacts } from '../../../shared/model/site.ts';

/** One number per disk; undefined where one is not known. */
export function diskBytesToRead({ drives }: Pick<VmFacts, 'drives'>): readonly number[] | undefined {
  const sizes = drives.map(bytesOf);
  return sizes.length > 0 && sizes.every((size) => size !== undefined) ? sizes : undefined;
}

/**
 * Of a disk in one file, that file. Of a differencing disk only the newest file's size is known, but no block of the
 * disk is read twice: its virtual size is the bound.
 */
function bytesOf({ chain, sizeBytes, fileSizeBytes }: DriveFacts): number | undefined {
  const bound = chain.length > 1 ? sizeBytes : fileSizeBytes;
  return bound !== undefined && Number.isSafeInteger(bound) && bound > 0 ? bound : undefined;
}

export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
