// The parent locator: key-value pairs that say which file a differencing disk stands on. [MS-VHDX] 2.6.2.6.
// Decodes and encodes; says nothing about where files are.
import { decodeGuid, encodeGuid, parseGuid, zeroGuid, type Guid } from './guid.ts';
import { check, UnknownFeature } from './violation.ts';

const structure = 'parent locator';
const vhdxLocatorType: Guid = 'b04aefb7-d19e-4a81-b789-25b8e9445913';
const headerSizeBytes = 20;
const entrySizeBytes = 12;
/** The text defines five keys; what a real file could add stays far below this. */
const maxPairs = 256;

/** What a differencing disk says about its parent. Paths are as they stand in the file: hostile. */
export interface ParentLocator {
  /** DataWriteGuid the parent must have. */
  readonly parentLinkage: Guid;
  /** A second DataWriteGuid that is as good, while a merge is going on. */
  readonly parentLinkage2?: Guid;
  readonly relativePath?: string;
  readonly volumePath?: string;
  readonly absoluteWin32Path?: string;
}

export function decodeParentLocator(bytes: Uint8Array): ParentLocator {
  const pairs = decodePairs(bytes);
  const linkage = parseGuid(pairs.get('parent_linkage') ?? '');
  check(linkage !== undefined, structure, 'it has no valid parent_linkage');
  const second = pairs.get('parent_linkage2');
  const linkage2 = second === undefined ? undefined : parseGuid(second);
  check(second === undefined || linkage2 !== undefined, structure, 'its parent_linkage2 is not a GUID');
  const locator: ParentLocator = {
    parentLinkage: linkage,
    ...(linkage2 === undefined ? {} : { parentLinkage2: linkage2 }),
    ...optional('relativePath', pairs.get('relative_path')),
    ...optional('volumePath', pairs.get('volume_path')),
    ...optional('absoluteWin32Path', pairs.get('absolute_win32_path')),
  };
  const paths = [locator.relativePath, locator.volumePath, locator.absoluteWin32Path];
  check(
    paths.some((path) => path !== undefined),
    structure,
    'it names no path of the parent',
  );
  return locator;
}

/** Whether a parent with this DataWriteGuid is the one meant. A zero GUID never matches (Windows writes one as
 * parent_linkage2 in every file). */
export function linksTo(locator: ParentLocator, dataWriteGuid: Guid): boolean {
  if (dataWriteGuid === zeroGuid) return false;
  return locator.parentLinkage === dataWriteGuid || locator.parentLinkage2 === dataWriteGuid;
}

/** parent_linkage2 is always written, zero when unused as Windows does, so that it can be set in place later. */
export function encodeParentLocator(locator: ParentLocator): Uint8Array {
  const pairs: (readonly [string, string])[] = [
    ['parent_linkage', `{${locator.parentLinkage}}`],
    ['parent_linkage2', `{${locator.parentLinkage2 ?? zeroGuid}}`],
    ...pathPair('relative_path', locator.relativePath),
    ...pathPair('volume_path', locator.volumePath),
    ...pathPair('absolute_win32_path', locator.absoluteWin32Path),
  ];
  const textStart = headerSizeBytes + pairs.length * entrySizeBytes;
  const textSize = pairs.reduce((sum, [key, value]) => sum + (key.length + value.length) * 2, 0);
  const bytes = new Uint8Array(textStart + textSize);
  const view = new DataView(bytes.buffer);
  encodeGuid(vhdxLocatorType, bytes, 0);
  view.setUint16(18, pairs.length, true);
  let position = textStart;
  const put = (text: string): number => {
    const start = position;
    bytes.set(Buffer.from(text, 'utf16le'), position);
    position += text.length * 2;
    return start;
  };
  pairs.forEach(([key, value], index) => {
    const entry = headerSizeBytes + index * entrySizeBytes;
    view.setUint16(entry + 8, key.length * 2, true);
    view.setUint16(entry + 10, value.length * 2, true);
    view.setUint32(entry, put(key), true);
    view.setUint32(entry + 4, put(value), true);
  });
  return bytes;
}

export type LinkageKey = 'parent_linkage' | 'parent_linkage2';

/** A linkage as it stands in a locator: `{guid}` in UTF-16, always of one length, so it can be changed in place. */
export function encodeLinkage(guid: Guid): Uint8Array {
  return Buffer.from(`{${guid}}`, 'utf16le');
}

/** Where in the locator's bytes that linkage stands; undefined when the locator has none, or of another length. */
export function findLinkage(bytes: Uint8Array, key: LinkageKey): number | undefined {
  const place = decodePlaces(bytes).get(key);
  return place?.lengthBytes === encodeLinkage(zeroGuid).length ? place.offset : undefined;
}

interface TextPlace {
  readonly offset: number;
  readonly lengthBytes: number;
}

function decodePairs(bytes: Uint8Array): ReadonlyMap<string, string> {
  const places = [...decodePlaces(bytes)];
  return new Map(places.map(([key, { offset, lengthBytes }]) => [key, decodeText(bytes, offset, lengthBytes)]));
}

function decodePlaces(bytes: Uint8Array): ReadonlyMap<string, TextPlace> {
  check(bytes.length >= headerSizeBytes, structure, `it has only ${bytes.length} bytes`);
  const type = decodeGuid(bytes, 0);
  if (type !== vhdxLocatorType) throw new UnknownFeature(structure, `parent locator type ${type}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint16(18, true);
  const textStart = headerSizeBytes + count * entrySizeBytes;
  check(count <= maxPairs && textStart <= bytes.length, structure, `it claims ${count} entries`);
  const pairs = new Map<string, TextPlace>();
  for (let index = 0; index < count; index += 1) {
    const entry = headerSizeBytes + index * entrySizeBytes;
    const key = decodeText(bytes, view.getUint32(entry, true), view.getUint16(entry + 8, true));
    check(!pairs.has(key), structure, `the key ${JSON.stringify(key)} is there twice`);
    pairs.set(key, { offset: view.getUint32(entry + 4, true), lengthBytes: view.getUint16(entry + 10, true) });
  }
  return pairs;
}

function decodeText(bytes: Uint8Array, offset: number, lengthBytes: number): string {
  const inside = offset > 0 && lengthBytes > 0 && offset + lengthBytes <= bytes.length;
  check(inside, structure, `a text of ${lengthBytes} bytes at ${offset} lies outside of it`);
  check(lengthBytes % 2 === 0, structure, `a text has the odd length ${lengthBytes}`);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + offset, lengthBytes).toString('utf16le');
  check(!text.includes('\0'), structure, 'a text holds a NUL character');
  return text;
}

type LocatorPath = 'relativePath' | 'volumePath' | 'absoluteWin32Path';

function optional(key: LocatorPath, value: string | undefined): Pick<ParentLocator, LocatorPath> {
  return value === undefined ? {} : { [key]: value };
}

function pathPair(key: string, value: string | undefined): (readonly [string, string])[] {
  return value === undefined ? [] : [[key, value]];
}
