import { describe, expect, it } from 'vitest';
import { findVolume, splitHostPath, toLocalPath } from './host-paths.ts';

const volumes = [
  { path: 'C:\\ClusterStorage\\Volume3', folder: '/lab/hosts/cluster/Volume3' },
  { path: 'C:\\ClusterStorage\\Volume33', folder: '/lab/hosts/cluster/Volume33' },
  { path: 'D:\\', folder: '/lab/hosts/hv10/D' },
];

describe('host paths', () => {
  it.each([
    ['D:\\VMs\\a.vhdx', '/lab/hosts/hv10/D/VMs/a.vhdx'],
    ['d:/VMs/a.vhdx', '/lab/hosts/hv10/D/VMs/a.vhdx'],
    ['\\\\?\\D:\\a.vhdx', '/lab/hosts/hv10/D/a.vhdx'],
    ['c:\\clusterstorage\\VOLUME3\\SQL01\\a.vhdx', '/lab/hosts/cluster/Volume3/SQL01/a.vhdx'],
    ['C:\\ClusterStorage\\Volume33\\a.vhdx', '/lab/hosts/cluster/Volume33/a.vhdx'],
    ['D:\\Größe (1)\\a b.vhdx', '/lab/hosts/hv10/D/Größe (1)/a b.vhdx'],
  ])('%s lies at %s', (hostPath, local) => {
    expect(toLocalPath(volumes, hostPath)).toBe(local);
  });

  it.each([
    'D:\\..\\..\\etc\\passwd',
    'D:\\VMs\\..\\..\\..\\a.vhdx',
    'D:/VMs/../../a.vhdx',
    'D:\\.\\a.vhdx',
    'D:\\VMs\\..',
    'D:\\VMs\\...\\a.vhdx',
    'D:..\\a.vhdx',
    'D:a.vhdx',
    'D:',
    'D:\\',
    'D:\\\\a.vhdx',
    '\\VMs\\a.vhdx',
    '..\\a.vhdx',
    '/etc/passwd',
    '//etc/passwd',
    '\\\\server\\share\\a.vhdx',
    '\\\\?\\UNC\\server\\share\\a.vhdx',
    '\\\\?\\Volume{12345678-1234-1234-1234-123456789abc}\\a.vhdx',
    '\\\\.\\PhysicalDrive0',
    'D:\\NUL',
    'D:\\con.vhdx',
    'D:\\COM1\\a.vhdx',
    'D:\\a.vhdx:stream',
    'D:\\a\u0000.vhdx',
    'D:\\a.vhdx.',
    'D:\\a.vhdx ',
    'D:\\a*.vhdx',
    `D:\\${'x'.repeat(256)}`,
    'E:\\a.vhdx',
    'C:\\ClusterStorage\\Volume4\\a.vhdx',
    'C:\\ClusterStorage\\Volume3',
    'C:\\ClusterStorage',
    '',
  ])('%j leads nowhere', (hostPath) => {
    expect(toLocalPath(volumes, hostPath)).toBeUndefined();
  });

  it('takes the volume with the longest root, by whole names', () => {
    const nested = [...volumes, { path: 'D:\\Mount', folder: '/lab/hosts/hv10/Mount' }];
    expect(findVolume(nested, 'D:\\Mount\\a.vhdx')?.volume.folder).toBe('/lab/hosts/hv10/Mount');
    expect(findVolume(nested, 'D:\\Mounted\\a.vhdx')?.volume.folder).toBe('/lab/hosts/hv10/D');
  });

  it('splits a root into its drive alone', () => {
    expect(splitHostPath('D:\\')).toEqual(['D:']);
  });
});
