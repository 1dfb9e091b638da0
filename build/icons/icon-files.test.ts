import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { drawingFor, type Colour } from './icon-drawing.ts';
import { iconFiles } from './icon-files.ts';
import { rasterise } from './rasterise.ts';

const root = resolve(import.meta.dirname, '../..');
const files = iconFiles();
const committed = (path: string): Buffer => readFileSync(resolve(root, path));

/** A reader for the PNGs we write, and for no others: one IDAT, rows filtered by the row above. */
function decode(png: Buffer): { edge: number; bytes: Buffer } {
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const edge = png.readUInt32BE(16);
  expect([png.readUInt32BE(20), ...png.subarray(24, 29)]).toEqual([edge, 8, 6, 0, 0, 0]);
  const rows = inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)));
  const rowBytes = edge * 4;
  const bytes = Buffer.alloc(edge * rowBytes);
  for (let index = 0; index < bytes.length; index += 1) {
    const row = Math.floor(index / rowBytes);
    const above = row === 0 ? 0 : bytes[index - rowBytes]!;
    bytes[index] = rows[row * (rowBytes + 1) + 1 + (index % rowBytes)]! + above;
  }
  return { edge, bytes };
}

/** Sine and cosine may differ in the last digit from one V8 to the next. */
function expectSamePixels(found: Buffer, wanted: Buffer): void {
  const [one, other] = [decode(found), decode(wanted)];
  expect(one.edge).toBe(other.edge);
  const farApart = [...one.bytes.keys()].filter((index) => Math.abs(one.bytes[index]! - other.bytes[index]!) > 1);
  expect(farApart).toEqual([]);
}

function icoImages(ico: Buffer): { edge: number; png: Buffer }[] {
  expect([ico.readUInt16LE(0), ico.readUInt16LE(2)]).toEqual([0, 1]);
  return Array.from({ length: ico.readUInt16LE(4) }, (_, index) => {
    const entry = ico.subarray(6 + 16 * index, 22 + 16 * index);
    const [sizeBytes, offset] = [entry.readUInt32LE(8), entry.readUInt32LE(12)];
    return { edge: entry[0] === 0 ? 256 : entry[0]!, png: ico.subarray(offset, offset + sizeBytes) };
  });
}

describe('icon files', () => {
  const paths = [...files.keys()];

  it.each(paths.filter((path) => path.endsWith('.svg')))('%s is what the drawing gives', (path) => {
    expect(committed(path).toString()).toBe(files.get(path)!.toString());
  });

  it.each(paths.filter((path) => path.endsWith('.png')))('%s is what the drawing gives', (path) => {
    expectSamePixels(committed(path), files.get(path)!);
  });

  it('build/icons/icon.ico holds the sizes Windows asks for, each whole', () => {
    const images = icoImages(committed('build/icons/icon.ico'));
    expect(images.map(({ edge }) => edge)).toEqual([16, 20, 24, 32, 40, 48, 64, 128, 256]);
    for (const { edge, png } of images) expectSamePixels(png, files.get(`build/icons/png/${edge}x${edge}.png`)!);
  });
});

describe('the icon', () => {
  it.each([16, 24, 32, 48, 256])('has a bright still point and clear corners at %i pixels', (edge) => {
    const { bytes } = rasterise(drawingFor(edge), edge);
    const middle = (Math.floor(edge / 2) * edge + Math.floor(edge / 2)) * 4;
    const [red, , blue, opacity] = bytes.subarray(middle, middle + 4);
    expect(opacity).toBe(255);
    expect(red! - blue!).toBeGreaterThan(100);
    expect(bytes[3]).toBe(0);
  });

  it('stands out from a light and from a dark taskbar', () => {
    const [platter] = drawingFor(16).shapes;
    const edges = platter?.kind === 'disc' ? platter.colours : [];
    expect(edges).toHaveLength(2);
    for (const edge of edges) {
      expect(contrast(edge, { red: 0xf3, green: 0xf3, blue: 0xf3 })).toBeGreaterThan(2);
      expect(contrast(edge, { red: 0x1c, green: 0x1c, blue: 0x1c })).toBeGreaterThan(2);
    }
  });
});

/** WCAG 2.2, contrast ratio. */
function contrast(one: Colour, other: Colour): number {
  const [darker = 0, lighter = 0] = [one, other].map(luminance).sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance({ red, green, blue }: Colour): number {
  const linear = (part: number): number => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
