// Pixels as a PNG file: 8 bits per channel with opacity, every row filtered by the row above (PNG specification,
// third edition, sections 5, 9 and 11).
import { crc32, deflateSync } from 'node:zlib';
import type { Pixels } from './rasterise.ts';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const filterUp = 2;

export function encodePng({ edge, bytes }: Pixels): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(edge, 0);
  header.writeUInt32BE(edge, 4);
  header.set([8, 6, 0, 0, 0], 8);

  const rowBytes = edge * 4;
  const filtered = Buffer.alloc(edge * (rowBytes + 1));
  for (let row = 0; row < edge; row += 1) {
    filtered[row * (rowBytes + 1)] = filterUp;
    for (let index = 0; index < rowBytes; index += 1) {
      const above = row === 0 ? 0 : (bytes[(row - 1) * rowBytes + index] ?? 0);
      filtered[row * (rowBytes + 1) + 1 + index] = ((bytes[row * rowBytes + index] ?? 0) - above) & 0xff;
    }
  }
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(filtered, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}
