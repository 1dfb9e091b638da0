import { describe, expect, test } from 'vitest';
import { posixParentCandidates } from './local-files.ts';
import { windowsDanger, windowsParentCandidates } from './parent-paths.ts';

const linkage = 'f88d4d92-6fcc-408d-9bef-9b7c89f15c89';
const volume = '\\\\?\\Volume{5e0bd954-71b2-4bff-a928-082af7ab0f8f}';
const child = 'C:\\ClusterStorage\\Volume1\\vm\\disk_1.avhdx';

describe('a Windows host', () => {
  test('the order is relative, volume, absolute, and no place twice', () => {
    const locator = {
      parentLinkage: linkage,
      relativePath: '.\\disk.vhdx',
      volumePath: `${volume}\\vm\\disk.vhdx`,
      absoluteWin32Path: 'C:\\ClusterStorage\\Volume1\\vm\\disk.vhdx',
    };
    expect(windowsParentCandidates(child, locator)).toEqual([
      { origin: 'relative', path: 'C:\\ClusterStorage\\Volume1\\vm\\disk.vhdx' },
      { origin: 'volume', path: `${volume}\\vm\\disk.vhdx` },
      { origin: 'absolute', path: 'C:\\ClusterStorage\\Volume1\\vm\\disk.vhdx' },
    ]);
  });

  test('beside the child comes last, for a path that leads elsewhere', () => {
    const locator = { parentLinkage: linkage, absoluteWin32Path: 'D:\\gone\\base.vhdx' };
    expect(windowsParentCandidates(child, locator)).toEqual([
      { origin: 'absolute', path: 'D:\\gone\\base.vhdx' },
      { origin: 'beside', path: 'C:\\ClusterStorage\\Volume1\\vm\\base.vhdx' },
    ]);
  });

  test('a child on a share finds a parent beside it, and one of its own share', () => {
    const path = '\\\\filer\\vms\\web\\leaf.avhdx';
    const locator = {
      parentLinkage: linkage,
      relativePath: 'base.vhdx',
      absoluteWin32Path: '\\\\FILER\\vms\\base\\base.vhdx',
    };
    expect(windowsParentCandidates(path, locator)).toEqual([
      { origin: 'relative', path: '\\\\filer\\vms\\web\\base.vhdx' },
      { origin: 'absolute', path: '\\\\FILER\\vms\\base\\base.vhdx' },
    ]);
  });

  test.each([
    ['..\\base.vhdx', 'outside-folder'],
    ['.\\a\\..\\..\\base.vhdx', 'outside-folder'],
    ['../../etc/passwd', 'outside-folder'],
    ['\\base.vhdx', 'outside-folder'],
    ['C:base.vhdx', 'outside-folder'],
    ['.\\NUL', 'device'],
    ['.\\com1.vhdx', 'device'],
    ['.\\base.vhdx:stream', 'device'],
    ['\\\\server\\share\\base.vhdx', 'network'],
    ['\\\\.\\PhysicalDrive0', 'device'],
  ])('the relative path %j is refused as %s', (relativePath, refused) => {
    const [first] = windowsParentCandidates(child, { parentLinkage: linkage, relativePath });
    expect(first).toMatchObject({ origin: 'relative', refused });
  });

  test.each([
    ['C:\\a\\base.vhdx', undefined],
    ['c:/a/base.vhdx', undefined],
    ['\\\\?\\C:\\a\\base.vhdx', undefined],
    [`${volume}\\base.vhdx`, undefined],
    ['\\\\server\\share\\base.vhdx', 'network'],
    ['//server/share/base.vhdx', 'network'],
    ['\\\\?\\UNC\\server\\share\\base.vhdx', 'network'],
    ['\\\\.\\C:\\base.vhdx', 'device'],
    ['\\\\?\\GLOBALROOT\\Device\\HarddiskVolume1\\base.vhdx', 'device'],
    ['\\\\?\\Volume{nope}\\base.vhdx', 'device'],
    ['C:\\a\\AUX', 'device'],
    ['C:\\a\\base.vhdx:other', 'device'],
    ['base.vhdx', 'outside-folder'],
  ])('the absolute path %j: %s', (absoluteWin32Path, refused) => {
    const [first] = windowsParentCandidates(child, { parentLinkage: linkage, absoluteWin32Path });
    expect(first?.refused).toBe(refused);
  });

  test("the user's word lets a path through, and only that one", () => {
    const locator = { parentLinkage: linkage, relativePath: '..\\b.vhdx', absoluteWin32Path: '\\\\s\\t\\b.vhdx' };
    const allowed = windowsParentCandidates(
      child,
      locator,
      (path, danger) => danger === 'network' && path.startsWith('\\\\s\\'),
    );
    expect(allowed.map((candidate) => [candidate.origin, candidate.refused])).toEqual([
      ['relative', 'outside-folder'],
      ['absolute', undefined],
      ['beside', undefined],
    ]);
  });

  test('the child itself is judged by its own root', () => {
    expect(windowsDanger('\\\\server\\share\\x.avhdx', '\\\\server\\other\\b.vhdx')).toBe('network');
    expect(windowsDanger('\\\\server\\share\\x.avhdx', '\\\\server\\share\\b.vhdx')).toBeUndefined();
  });
});

describe('a machine without Windows paths', () => {
  const never = (): boolean => false;
  const path = '/vms/disk_1.avhdx';

  test('the relative path works, a drive letter does not, and beside is tried', () => {
    const locator = { parentLinkage: linkage, relativePath: '.\\sub\\a.vhdx', absoluteWin32Path: 'C:\\x\\b.vhdx' };
    expect(posixParentCandidates(path, locator, never)).toEqual([
      { origin: 'relative', path: '/vms/sub/a.vhdx' },
      { origin: 'beside', path: '/vms/a.vhdx' },
      { origin: 'beside', path: '/vms/b.vhdx' },
    ]);
  });

  test('what climbs out or leads to a network is named as refused', () => {
    const locator = {
      parentLinkage: linkage,
      relativePath: '..\\..\\etc\\passwd',
      absoluteWin32Path: '\\\\s\\t\\b.vhdx',
    };
    expect(posixParentCandidates(path, locator, never)).toEqual([
      { origin: 'relative', path: '/etc/passwd', refused: 'outside-folder' },
      { origin: 'absolute', path: '\\\\s\\t\\b.vhdx', refused: 'network' },
      { origin: 'beside', path: '/vms/passwd' },
      { origin: 'beside', path: '/vms/b.vhdx' },
    ]);
    expect(posixParentCandidates(path, { ...locator, relativePath: '/etc/passwd' }, never)[0]).toMatchObject({
      refused: 'outside-folder',
    });
    expect(posixParentCandidates(path, locator, () => true)[0]?.refused).toBeUndefined();
  });
});
