// The VHDX library's public face. Everything outside this folder imports from here.
export type {
  AllowParentPath,
  ByteSource,
  ByteStore,
  ParentCandidate,
  ParentPathDanger,
  ParentPathOrigin,
  VhdxFiles,
  WritableVhdxFiles,
} from './files.ts';
export type {
  ChainMember,
  DiskGeometry,
  DiskType,
  Extent,
  ExtentKind,
  OwnRange,
  VirtualDisk,
  WritableDisk,
} from './disk.ts';
export { parseGuid, zeroGuid, type Guid } from './format/guid.ts';
export type { ParentLocator } from './format/parent-locator.ts';
export { openDisk } from './open-disk.ts';
export type { ChainOptions } from './read/open-chain.ts';
export { inspectDisk, type DiskInspection, type DiskStructure, type HeaderFacts } from './inspect-disk.ts';
export { localFiles, type LocalFilesOptions, type LocalVhdxFiles } from './local-files.ts';
export { windowsParentCandidates } from './parent-paths.ts';
export type { DiskIds } from './write/file-layout.ts';
export {
  createDifferencingDisk,
  createDynamicDisk,
  createFixedDisk,
  type NewDifferencingDiskOptions,
  type NewDiskOptions,
  type ParentFacts,
} from './write/create-disk.ts';
export {
  createDynamicImage,
  type DynamicImage,
  type DynamicImageOptions,
  type FinishedImage,
} from './write/dynamic-image.ts';
export { openWritableDisk, type WritableDiskOptions } from './write/open-writable-disk.ts';
