// Several PNG images as one Windows icon file: a directory of 16 bytes each, then the images as they are. Windows
// reads PNG entries of every size since Vista; 256 pixels are written as 0.
interface IcoImage {
  readonly edge: number;
  readonly png: Buffer;
}

const directoryBytes = 6;
const entryBytes = 16;

export function encodeIco(images: readonly IcoImage[]): Buffer {
  const directory = Buffer.alloc(directoryBytes);
  directory.writeUInt16LE(1, 2);
  directory.writeUInt16LE(images.length, 4);
  let offset = directoryBytes + entryBytes * images.length;
  const entries = images.map(({ edge, png }) => {
    const entry = Buffer.alloc(entryBytes);
    entry.set([edge % 256, edge % 256], 0);
    entry.writeUInt16LE(1, 4);
    entry.writeUInt16LE(32, 6);
    entry.writeUInt32LE(png.length, 8);
    entry.writeUInt32LE(offset, 12);
    offset += png.length;
    return entry;
  });
  return Buffer.concat([directory, ...entries, ...images.map(({ png }) => png)]);
}
