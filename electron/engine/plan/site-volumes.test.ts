// A file is on the volume with the longest root that matches whole segments, or on none that is known.
import { describe, expect, it } from 'vitest';
import { toHostId } from '../../../shared/model/ids.ts';
import { pathSegments } from './path-segments.ts';
import { siteVolumes } from './site-volumes.ts';
import { csv, planSite, planVolume } from './testing/plan-site.ts';

const volumes = [
  planVolume('C:\\', 'hv01'),
  planVolume('D:\\', 'hv01'),
  planVolume('D:\\Mounts\\Fast', 'hv01'),
  planVolume('D:\\', 'hv02'),
  planVolume('\\\\FS01\\VMs', 'fs01', { storage: 'smb3' }),
  csv(3, 'hv01'),
  csv(33, 'hv02'),
];
const { inventory, offHost } = planSite({ vms: [], volumes });
const hv01 = toHostId('hv01');

describe('the volume of a file', () => {
  it.each<[string, string | undefined]>([
    ['D:\\VMs\\a.vhdx', 'hv01:D:\\'],
    ['d:\\vms\\A.VHDX', 'hv01:D:\\'],
    ['D:/VMs/a.vhdx', 'hv01:D:\\'],
    ['\\\\?\\D:\\VMs\\a.vhdx', 'hv01:D:\\'],
    ['D:\\Mounts\\Fast\\a.vhdx', 'hv01:D:\\Mounts\\Fast'],
    ['D:\\Mounts\\Faster\\a.vhdx', 'hv01:D:\\'],
    ['C:\\ClusterStorage\\Volume3\\a.vhdx', 'csv3'],
    ['c:\\clusterstorage\\VOLUME33\\a.vhdx', 'csv33'],
    ['C:\\VMs\\a.vhdx', 'hv01:C:\\'],
    ['\\\\fs01\\vms\\a\\a.vhdx', 'fs01:\\\\FS01\\VMs'],
    ['\\\\?\\UNC\\FS01\\VMs\\a.vhdx', 'fs01:\\\\FS01\\VMs'],
    ['C:\\ClusterStorage\\Volume333\\a.vhdx', undefined],
    ['\\\\FS01\\VMs2\\a.vhdx', undefined],
    ['\\\\FS02\\VMs\\a.vhdx', undefined],
    ['\\\\?\\Volume{5ced1297-4598-4915-a5fc-ad21bb4d02a4}\\a.vhdx', undefined],
    ['E:\\a.vhdx', undefined],
    ['D:\\VMs\\..\\Mounts\\Fast\\a.vhdx', undefined],
    ['a.vhdx', undefined],
    ['', undefined],
  ])('of %s is %s', (path, volumeId) => {
    expect(siteVolumes(inventory, offHost).volumeOf(hv01, path)?.volumeId).toBe(volumeId);
  });

  it('is the host’s own: D: of another host is another volume', () => {
    const found = siteVolumes(inventory, offHost).volumeOf(toHostId('hv02'), 'D:\\a.vhdx');
    expect(found?.volumeId).toBe('hv02:D:\\');
    expect(siteVolumes(inventory, offHost).volumeOf(toHostId('hv02'), 'C:\\a.vhdx')).toBeUndefined();
  });

  it('is known from the hosts alone where nobody looked for snapshots', () => {
    const alone = siteVolumes(inventory, undefined);
    expect(alone.volumeOf(hv01, 'D:\\a.vhdx')).toMatchObject({ path: 'D:\\', hostId: 'hv01' });
    const shared = alone.volumeOf(hv01, 'C:\\ClusterStorage\\Volume3\\a.vhdx');
    expect(shared).toEqual(alone.volumeOf(toHostId('hv02'), 'C:\\ClusterStorage\\Volume3\\a.vhdx'));
    expect(shared?.hostId).toBeUndefined();
  });

  it('has the smaller of two answers about its free space', () => {
    const older = { ...offHost, volumes: volumes.map((volume) => ({ ...volume, freeBytes: 7 })) };
    expect(siteVolumes(inventory, older).volumeOf(hv01, 'D:\\a.vhdx')?.freeBytes).toBe(7);
  });
});

describe('the segments of a path', () => {
  it.each<[string, readonly string[] | undefined]>([
    ['D:\\', ['d:']],
    ['\\\\.\\D:\\a', ['d:', 'a']],
    ['\\\\FS01', undefined],
    ['\\\\FS01\\VMs\\', ['\\\\fs01', 'vms']],
    ['D:a', undefined],
  ])('of %s are %j', (path, segments) => {
    expect(pathSegments(path)).toEqual(segments);
  });
});
