// What every implementation of OffHostPort must do, as a suite that each of them runs: the lab, and the adapter of a real
// site. It makes, mounts and deletes volume snapshots of one host and leaves it as it was.
import { describe, expect, it } from 'vitest';
import { isAppError, type AppError } from '../../shared/errors/app-error.ts';
import { toHostId, type HostId } from '../../shared/model/ids.ts';
import type { VolumeSnapshotFacts } from '../../shared/model/off-host.ts';
import type { HyperVPort, JobRef, JobStatus } from '../engine/ports/hyperv.ts';
import type { OffHostPort, VolumeSnapshotRequest } from '../engine/ports/off-host.ts';

export interface OffHostContractSite {
  readonly port: HyperVPort & OffHostPort;
  /** A set that can be made, of at least one volume. */
  readonly request: VolumeSnapshotRequest;
  /** A machine that can mount it. */
  readonly proxyId: HostId;
  /** A file on one of the volumes, as the host names it. */
  readonly filePath: string;
  /** Lets time pass between two polls. */
  readonly pause: () => Promise<void>;
}

const unknownId = '00000000-0000-4000-8000-000000000000';

export function describeOffHostPort(name: string, open: () => Promise<OffHostContractSite>): void {
  describe(`${name} as an off-host site`, () => {
    it('knows its volumes, their providers and the proxy', async () => {
      const { port, request, proxyId } = await open();
      const { volumes, proxies, readAtMs } = await port.readOffHostFacts();
      expect(readAtMs).toBeGreaterThanOrEqual(0);
      expect(new Set(volumes.map((volume) => volume.volumeId)).size).toBe(volumes.length);
      for (const path of request.volumePaths) {
        const volume = volumes.find((candidate) => candidate.path === path && candidate.hostId === request.hostId);
        expect(volume?.providers.map((provider) => provider.id)).toContain(request.providerId);
        expect(volume?.freeBytes).toBeLessThanOrEqual(volume?.sizeBytes ?? 0);
      }
      expect(proxies.map((proxy) => proxy.id)).toContain(proxyId);
    });

    it('makes one set, found by its tag, mounted, read and deleted', async () => {
      const site = await open();
      const { port, request, proxyId, filePath } = site;
      const made = await make(site);
      expect(made).toMatchObject({ tag: request.tag, hostId: request.hostId, mounts: [] });
      expect([...made.volumePaths].sort()).toEqual([...request.volumePaths].sort());
      const ref = { hostId: request.hostId, setId: made.setId };
      const ours = { ...ref, expectedTag: request.tag, proxyId };
      const files = port.snapshotFiles({ ...ref, proxyId });
      await expectError(files.open(filePath), 'hyperv.snapshot-not-mounted');
      const mounts = await port.mountVolumeSnapshot(ours);
      expect(mounts.map(({ volumePath }) => volumePath).sort()).toEqual([...request.volumePaths].sort());
      expect(await port.mountVolumeSnapshot(ours)).toEqual(mounts);
      expect((await find(site))?.mounts).toEqual(mounts);
      const source = await files.open(filePath);
      expect(await source.read(new Uint8Array(4096), 0)).toBe(4096);
      await source.close();
      await expectError(files.open(`${filePath}.no-such-file`), 'vhdx.file-not-found');
      await expectError(port.deleteVolumeSnapshot(ours), 'hyperv.snapshot-mounted');
      expect(await find(site)).toBeDefined();
      await port.unmountVolumeSnapshot(ours);
      await port.unmountVolumeSnapshot(ours);
      await expectError(files.open(filePath), 'hyperv.snapshot-not-mounted');
      await port.deleteVolumeSnapshot(ours);
      await port.deleteVolumeSnapshot(ours);
      await port.unmountVolumeSnapshot(ours);
      expect(await find(site)).toBeUndefined();
      await expectError(port.mountVolumeSnapshot(ours), 'hyperv.snapshot-not-found');
      await expectError(files.open(filePath), 'hyperv.snapshot-not-found');
    });

    it('touches nothing that carries another tag', async () => {
      const site = await open();
      const { port, request, proxyId } = site;
      const { setId } = await make(site);
      const ours = { hostId: request.hostId, setId, expectedTag: request.tag, proxyId };
      const wrong = { ...ours, expectedTag: `${request.tag}x` };
      await expectError(port.mountVolumeSnapshot(wrong), 'hyperv.snapshot-not-ours');
      await port.mountVolumeSnapshot(ours);
      await expectError(port.unmountVolumeSnapshot(wrong), 'hyperv.snapshot-not-ours');
      expect((await find(site))?.mounts.length).toBe(request.volumePaths.length);
      await port.unmountVolumeSnapshot(ours);
      await expectError(port.deleteVolumeSnapshot(wrong), 'hyperv.snapshot-not-ours');
      expect(await find(site)).toBeDefined();
      await port.deleteVolumeSnapshot(ours);
    });

    it('refuses what it does not know, each with its own error', async () => {
      const site = await open();
      const { port, request, proxyId } = site;
      const nobody = toHostId('no-such-host');
      await expectError(port.requestVolumeSnapshot({ ...request, hostId: nobody }), 'hyperv.host-unreachable');
      await expectError(port.listVolumeSnapshots(nobody), 'hyperv.host-unreachable');
      const ghost = { hostId: request.hostId, setId: unknownId, expectedTag: request.tag, proxyId };
      await expectError(port.mountVolumeSnapshot(ghost), 'hyperv.snapshot-not-found');
      await port.deleteVolumeSnapshot(ghost);
      const { setId } = await make(site);
      const stray = { ...ghost, setId, proxyId: nobody };
      await expectError(port.mountVolumeSnapshot(stray), 'hyperv.proxy-unreachable');
      await port.deleteVolumeSnapshot({ ...ghost, setId });
      const failed = async (wrong: Partial<VolumeSnapshotRequest>): Promise<unknown> =>
        (await untilEnded(site, await port.requestVolumeSnapshot({ ...request, ...wrong }))).error;
      const [path = ''] = request.volumePaths;
      expect(await failed({ volumePaths: ['Q:\\'] })).toMatchObject({ code: 'hyperv.snapshot-volume-unknown' });
      expect(await failed({ volumePaths: [path, path] })).toMatchObject({ code: 'hyperv.snapshot-refused' });
      expect(await failed({ volumePaths: [] })).toMatchObject({ code: 'hyperv.snapshot-refused' });
      expect(await failed({ providerId: unknownId })).toMatchObject({ code: 'hyperv.snapshot-unsupported' });
      expect(await find(site)).toBeUndefined();
    });
  });
}

async function make(site: OffHostContractSite): Promise<VolumeSnapshotFacts> {
  const status = await untilEnded(site, await site.port.requestVolumeSnapshot(site.request));
  if (status.error !== undefined) throw status.error;
  const found = await find(site);
  if (found === undefined) throw new Error('the volume snapshot is not listed under its tag');
  return found;
}

async function find({ port, request }: OffHostContractSite): Promise<VolumeSnapshotFacts | undefined> {
  return (await port.listVolumeSnapshots(request.hostId)).find(({ tag }) => tag === request.tag);
}

async function untilEnded({ port, pause }: OffHostContractSite, job: JobRef): Promise<JobStatus> {
  for (;;) {
    const status = await port.readJob(job);
    if (status.state !== 'running') return status;
    await pause();
  }
}

async function expectError(promise: Promise<unknown>, code: AppError['code']): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(isAppError(error) ? error.code : error).toBe(code);
}
