// GUIDs in the mixed-endian layout of Windows: the first three groups little-endian, the last two as they are.
// Text form is lower case without braces.

/** Lower case, without braces: `2dc27766-f623-4200-9d64-115e9bfd4a08`. */
export type Guid = string;

export const zeroGuid: Guid = '00000000-0000-0000-0000-000000000000';
export const guidSizeBytes = 16;

/** Where each byte of the printed form lies on disk. */
const printedOrder = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] as const;
const pattern = /^\{?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}?$/i;

export function decodeGuid(bytes: Uint8Array, position: number): Guid {
  const hex = printedOrder.map((index) => (bytes[position + index] ?? 0).toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Throws RangeError for text that is not a GUID. */
export function encodeGuid(guid: Guid, target: Uint8Array, position: number): void {
  const text = parseGuid(guid);
  if (text === undefined) throw new RangeError(`not a GUID: ${guid}`);
  const hex = text.replaceAll('-', '');
  printedOrder.forEach((index, printed) => {
    target[position + index] = Number.parseInt(hex.slice(printed * 2, printed * 2 + 2), 16);
  });
}

/** The canonical form of a GUID in any case, with or without braces; undefined for anything else. */
export function parseGuid(text: string): Guid | undefined {
  const match = pattern.exec(text);
  return match === null ? undefined : match.slice(1).join('-').toLowerCase();
}
