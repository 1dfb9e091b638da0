// Follows the parent locators from a leaf to the file that has no parent. Every file of the chain gets the full
// treatment; loops, depth, linkage and sector size are judged here.
import { AppError, isAppError } from '../../../shared/errors/app-error.ts';
import type { ByteSource, ParentCandidate, ParentPathDanger, ParentPathOrigin, VhdxFiles } from '../files.ts';
import { defaultMaxDepth } from '../format/limits.ts';
import { linksTo, type ParentLocator } from '../format/parent-locator.ts';
import { openMember, type OpenMember } from './open-member.ts';
import { PageCache } from './paged-source.ts';

export interface ChainOptions {
  /** Most files a chain may have (default 64; Hyper-V allows 50 checkpoints). */
  readonly maxDepth?: number;
}

export interface ChainLink {
  readonly member: OpenMember;
  /** How its child led here; undefined for the leaf. */
  readonly foundBy?: ParentPathOrigin;
}

const dangerInWords: Readonly<Record<ParentPathDanger, string>> = {
  'outside-folder': "outside of the disk's own folder",
  network: 'on the network',
  device: 'a device, not a file',
};

/** Opens the chain above an opened leaf, leaf first. On an error everything is closed, the leaf too. */
export async function openChain(
  leaf: ByteSource,
  files: VhdxFiles,
  options: ChainOptions = {},
): Promise<readonly ChainLink[]> {
  const opened: ByteSource[] = [leaf];
  try {
    const cache = new PageCache();
    const links: ChainLink[] = [{ member: await openMember(leaf, cache) }];
    const seen = new Set([await files.identity(leaf.path)]);
    for (let child = links[0]?.member; child?.parent !== undefined; child = links.at(-1)?.member) {
      const maxDepth = options.maxDepth ?? defaultMaxDepth;
      if (links.length >= maxDepth) throw new AppError('vhdx.chain-too-deep', { path: leaf.path, maxDepth });
      const link = await findParent(child, child.parent.locator, { files, cache, seen, opened });
      checkSectorSize(child, link.member);
      links.push(link);
    }
    return links;
  } catch (error) {
    await Promise.all(opened.map((source) => source.close()));
    throw error;
  }
}

interface Search {
  readonly files: VhdxFiles;
  readonly cache: PageCache;
  readonly seen: Set<string>;
  /** Everything opened so far, to be closed when the search fails. */
  readonly opened: ByteSource[];
}

/** Tries the candidates in order. One that is lost, refused or the wrong file does not end the search: the next may be
 * right. If none is, the first that was more than lost is the error. */
async function findParent(child: OpenMember, locator: ParentLocator, search: Search): Promise<ChainLink> {
  const childPath = child.source.path;
  const candidates = search.files.parentCandidates(childPath, locator);
  const faults: AppError[] = [];
  for (const candidate of candidates) {
    const outcome = await tryCandidate(childPath, locator, candidate, search);
    if (outcome instanceof AppError) faults.push(outcome);
    else return outcome;
  }
  const tried = candidates.map((candidate) => candidate.path);
  const worst = faults.find((fault) => fault.code !== 'vhdx.file-not-found');
  throw worst ?? new AppError('vhdx.parent-not-found', { path: childPath, tried });
}

async function tryCandidate(
  childPath: string,
  locator: ParentLocator,
  candidate: ParentCandidate,
  search: Search,
): Promise<ChainLink | AppError> {
  const { path, refused } = candidate;
  if (refused !== undefined)
    return new AppError('vhdx.parent-refused', { path: childPath, parent: path, danger: dangerInWords[refused] });
  let source: ByteSource;
  let identity: string;
  try {
    identity = await search.files.identity(path);
    if (search.seen.has(identity)) return new AppError('vhdx.parent-loop', { path: childPath, parent: path });
    source = await search.files.open(path);
  } catch (error) {
    if (isAppError(error, 'vhdx.file-not-found') || isAppError(error, 'vhdx.file-unreadable')) return error;
    throw error;
  }
  search.opened.push(source);
  const member = await openMember(source, search.cache);
  const found = member.start.current.header.dataWriteGuid;
  if (linksTo(locator, found)) {
    search.seen.add(identity);
    return { member, foundBy: candidate.origin };
  }
  search.opened.splice(search.opened.indexOf(source), 1);
  await source.close();
  const expected = [locator.parentLinkage, locator.parentLinkage2].filter((guid) => guid !== undefined);
  return new AppError('vhdx.parent-mismatch', { path: childPath, parent: path, expected, found });
}

function checkSectorSize(child: OpenMember, parent: OpenMember): void {
  const childBytes = child.parameters.logicalSectorSizeBytes;
  const parentBytes = parent.parameters.logicalSectorSizeBytes;
  if (childBytes === parentBytes) return;
  const path = child.source.path;
  throw new AppError('vhdx.parent-sector-size', { path, parent: parent.source.path, childBytes, parentBytes });
}
