// CRC-32C (Castagnoli), the checksum of every VHDX structure. Eight bytes a step, with no addon. Tables and input are
// read through DataViews: they return plain numbers, which is what keeps the loop fast under strict index checks.

const polynomial = 0x82f63b78;
const tables = buildTables();

/** Checksum of `bytes`; `previous` continues one over a further piece. */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const table = tables;
  const steps = bytes.length - (bytes.length % 8);
  let crc = ~previous;
  let at = 0;
  for (; at < steps; at += 8) {
    const low = crc ^ view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    crc =
      table.getInt32(0x1c00 + ((low & 255) << 2), true) ^
      table.getInt32(0x1800 + ((low >>> 6) & 0x3fc), true) ^
      table.getInt32(0x1400 + ((low >>> 14) & 0x3fc), true) ^
      table.getInt32(0x1000 + ((low >>> 22) & 0x3fc), true) ^
      table.getInt32(0xc00 + ((high & 255) << 2), true) ^
      table.getInt32(0x800 + ((high >>> 6) & 0x3fc), true) ^
      table.getInt32(0x400 + ((high >>> 14) & 0x3fc), true) ^
      table.getInt32((high >>> 22) & 0x3fc, true);
  }
  for (; at < bytes.length; at += 1) crc = (crc >>> 8) ^ table.getInt32(((crc ^ view.getUint8(at)) & 255) << 2, true);
  return ~crc >>> 0;
}

/** Checksum of a whole structure with its own checksum field (4 bytes at `fieldAt`) taken as zero. */
export function structureChecksum(structure: Uint8Array, fieldAt: number): number {
  const upTo = crc32c(structure.subarray(0, fieldAt));
  return crc32c(structure.subarray(fieldAt + 4), crc32c(new Uint8Array(4), upTo));
}

/** Eight tables of 256 entries: table n advances a byte that has n more bytes behind it. */
function buildTables(): DataView {
  const built = new DataView(new ArrayBuffer(8 * 256 * 4));
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ polynomial;
    built.setInt32(byte * 4, crc, true);
  }
  for (let at = 256; at < 8 * 256; at += 1) {
    const before = built.getUint32((at - 256) * 4, true);
    built.setInt32(at * 4, (before >>> 8) ^ built.getInt32((before & 255) * 4, true), true);
  }
  return built;
}
