// Bounds on everything that is read from a repository. Who can write to it may be hostile: nothing is allocated or
// computed on the word of a file beyond these.
const kib = 1024;
const mib = 1024 * kib;

export const limits = {
  configBytes: 64 * kib,
  keyFileBytes: 64 * kib,
  lockFileBytes: 64 * kib,
  snapshotFileBytes: 16 * mib,
  indexFileBytes: 64 * mib,
  /** After decompression. restic keeps its own below 8 MiB; older versions wrote larger ones. */
  indexJsonBytes: 256 * mib,
  /** One blob's plaintext. restic's chunker stops at 8 MiB; a folder with a very large file may be larger. */
  dataBlobBytes: 128 * mib,
  treeBlobBytes: 384 * mib,
  /** "restic design.rst" / internal/pack: the header's own limit. */
  packHeaderBytes: 16 * mib,
  /** restic tries this many keys for a password (internal/repository/key.go). */
  keysTried: 20,
  /** scrypt: 128 * N * r bytes of memory, and N * r * p steps (restic's default is 2^18 * p). */
  scryptMemoryBytes: 256 * mib,
  scryptWork: 2 ** 26,
  treeDepth: 500,
  nodesPerTree: 2_000_000,
} as const;

export const chunkSizeRange = { leastBytes: 4 * kib, mostBytes: 8 * mib, defaultBytes: mib } as const;
/** restic's default pack size. */
export const packTargetBytes = 16 * mib;
/** An index file is begun anew after this many, one more pack at most: below 8 MiB at about 165 bytes of JSON each. */
export const blobsPerIndexFile = 35_000;
/** Keeps a pack header far below its limit of 16 MiB (41 bytes each) when blobs are tiny. */
export const blobsPerPack = 10_000;
