// Every bound that a hostile file is held to, by name. What the text of [MS-VHDX] fixes carries its section; the rest
// is ours or openvmm's, and generous beside any real file.

export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;
export const TiB = 1024 * GiB;

/** [MS-VHDX] 2.2: every structure after the header section lies at a multiple of this. */
export const alignmentBytes = 1024 * KiB;
/** [MS-VHDX] 2.2: file identifier, headers and region tables live in the first MiB. */
export const headerSectionBytes = 1024 * KiB;

/** [MS-VHDX] 2.6.2.2: the largest virtual disk. */
export const maxVirtualSizeBytes = 64 * TiB;
/** Ours: a 64 TiB disk with all its tables, twice. Bounds the map of used space (16 MiB at the very most). */
export const maxFileSizeBytes = 128 * TiB;
/** [MS-VHDX] 2.6.2.1. */
export const minBlockSizeBytes = 1024 * KiB;
export const maxBlockSizeBytes = 256 * MiB;
export const sectorSizesBytes = [512, 4096] as const;

/** [MS-VHDX] 2.2.3: entries that fit in the 64 KiB table. */
export const maxRegions = 2047;
/** [MS-VHDX] 2.6.1: entries that fit in the 64 KiB table, and how many of them may be the user's. */
export const maxMetadataItems = 2047;
export const maxUserMetadataItems = 1024;
/** [MS-VHDX] 2.6.1.2: items start behind the table, and are at most 1 MiB. */
export const metadataTableBytes = 64 * KiB;
export const maxMetadataItemBytes = 1024 * KiB;
/** openvmm's cap of the metadata region. */
export const maxMetadataRegionBytes = 128 * MiB;
/** openvmm's cap of the log. */
export const maxLogBytes = 1024 * MiB;

/** [MS-VHDX] 2.5.2: sectors described by one 1 MiB sector bitmap block. */
export const sectorsPerChunk = 2 ** 23;
export const bitmapBlockBytes = 1024 * KiB;
export const batEntryBytes = 8;

/** Ours: files in a chain. Hyper-V allows 50 checkpoints. */
export const defaultMaxDepth = 64;
/** Ours: tables and bitmaps are read and kept in pages of this size, this many per open chain (16 MiB). */
export const pageBytes = 64 * KiB;
export const maxCachedPages = 256;
