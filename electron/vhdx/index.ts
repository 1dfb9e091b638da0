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
