// The whole backend behind the contract, on the lab: a run started, watched and proved through the contract alone;
// a second window; a hostile caller.
import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reduceRun } from '../../shared/events/reduce-run.ts';
import type { RunState } from '../../shared/events/run-state.ts';
import { contract, contractVersion } from '../../shared/ipc/contract.ts';
import type { Result } from '../../shared/ipc/define-contract.ts';
import { callNames, invokeHandler } from '../../shared/ipc/invoke-handler.ts';
import type { AppEvent } from '../../shared/ipc/views.ts';
import type { RunId } from '../../shared/model/ids.ts';
import { repositoryWorkerSourceUrl } from '../repository/index.ts';
import { appFolders } from '../platform/index.ts';
import { createInstalledLab, openConsoleOn, type LabConsole } from './composition.ts';

const dir = mkdtempSync(join(tmpdir(), 'stillpoint-console-'));
const folders = appFolders(dir);
let backend: LabConsole;

function ok<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

beforeAll(async () => {
  const lab = await createInstalledLab(folders, { scenario: 'standalone-host' });
  backend = await openConsoleOn(lab, { folders, workerUrl: repositoryWorkerSourceUrl });
  lab.startGuests();
}, 120_000);
afterAll(async () => {
  await backend.close();
  rmSync(dir, { recursive: true, force: true });
});

async function endOf(runId: RunId): Promise<RunState> {
  const show = async (): Promise<RunState> => ok(await backend.api.runs.show({ runId }));
  const ended = Promise.withResolvers<undefined>();
  const stop = backend.api.app.changed(({ change }) => {
    if (change.type === 'run' && change.event.type === 'run-ended') ended.resolve(undefined);
  });
  if ((await show()).status !== 'ended') await ended.promise;
  stop();
  return show();
}

describe('the backend', () => {
  it('refuses a run without a repository, and begins none', async () => {
    const [vm] = ok(await backend.api.site.gates({})).vms;
    const refused = await backend.api.runs.start({ vmIds: [vm!.vmId] });
    expect(refused).toMatchObject({ ok: false, error: { code: 'console.no-repository' } });
    expect(ok(await backend.api.runs.history({})).runs).toEqual([]);
  });

  it('backs up, lists, verifies and restores, all through the contract; a second window is whole at once', async () => {
    const heard: AppEvent[] = [];
    const stop = backend.api.app.changed((event) => heard.push(event));
    const first = ok(await backend.api.app.snapshot(undefined));
    expect(first).toMatchObject({ contractVersion, target: { kind: 'lab' }, repository: { hasPassword: false } });
    const status = ok(await backend.api.repository.init({ location: folders.repository, password: 'a password' }));
    expect(status).toMatchObject({ isOpen: true, restorePoints: 0 });

    const { vms } = ok(await backend.api.lab.status(undefined));
    const running = vms.filter((vm) => vm.state === 'running');
    const smallest = running.sort((a, b) => sizeOf(a) - sizeOf(b))[0]!;
    const { runId } = ok(await backend.api.runs.start({ vmIds: [smallest.id.toUpperCase()] }));
    const again = await backend.api.runs.start({ vmIds: [smallest.id] });
    expect(again).toMatchObject({ ok: false, error: { code: 'engine.vm-in-active-run' } });
    const run = await endOf(runId);
    expect(run.outcome).toBe('succeeded');

    const mirror = ok(await backend.api.app.snapshot(undefined));
    expect(mirror.runs).toEqual([run]);
    expect(heard.map((event) => event.seq)).toEqual(heard.map((_event, i) => first.lastSeq + i + 1));
    expect(mirror.lastSeq).toBe(heard.at(-1)?.seq);
    let folded: RunState | undefined;
    for (const { change } of heard) if (change.type === 'run') folded = reduceRun(folded, change.event);
    expect(folded).toEqual(run);

    const { restorePoints } = ok(await backend.api.restorePoints.list({ vm: smallest.name }));
    const [point] = restorePoints;
    expect(point?.id).toBe(run.vms[smallest.id]?.restorePointId);
    const id = point!.id.slice(0, 10);
    expect(ok(await backend.api.restorePoints.show({ id })).restic.sh).toContain(point!.id);
    expect(ok(await backend.api.restorePoints.verify({ id, operationId: 'v' })).isIntact).toBe(true);
    const restored = ok(await backend.api.restorePoints.restore({ id, folder: folders.restored }));
    expect(restored.disks.map((disk) => disk.slot)).toEqual(smallest.disks.map((disk) => disk.slot));
    const twice = await backend.api.restorePoints.restore({ id, folder: folders.restored });
    expect(twice).toMatchObject({ ok: false, error: { code: 'restore.file-exists' } });
    expect(ok(await backend.api.repository.check({}))).toMatchObject({ isIntact: true, snapshots: 1 });
    expect(ok(await backend.api.leftovers.list(undefined)).leftovers).toEqual([]);
    expect(() => structuredClone([mirror, heard, restorePoints])).not.toThrow();
    stop();
  });

  it('cancels a run through the contract, which then ends merged', async () => {
    const { vms } = ok(await backend.api.lab.status(undefined));
    const vm = vms.find((candidate) => candidate.state === 'running')!;
    const { runId } = ok(await backend.api.runs.start({ vmIds: [vm.id] }));
    expect(ok(await backend.api.runs.cancel({ runId }))).toEqual({ isCancelling: true });
    const run = await endOf(runId);
    expect(run).toMatchObject({ outcome: 'cancelled', effects: {} });
    expect(ok(await backend.api.runs.cancel({ runId }))).toEqual({ isCancelling: false });
    const [newest] = ok(await backend.api.runs.history({ limit: 1 })).runs;
    expect(newest).toEqual(run);
  });

  it('answers a thousand random calls with data, and nothing is changed', async () => {
    const before = ok(await backend.api.runs.history({}));
    const name = fc.oneof(fc.constantFrom(...callNames(contract)), fc.string());
    const input = fc.oneof(
      fc.anything(),
      fc.record({ id: fc.string(), folder: fc.string(), vmIds: fc.array(fc.string()), ids: fc.string() }),
      fc.record({ location: fc.string(), password: fc.constant('') }),
    );
    // Those that take no input would do what they are for.
    const harmless = new Set(['lab.startGuests', 'lab.stopGuests', 'repository.check', 'repository.status']);
    await fc.assert(
      fc.asyncProperty(name, input, async (call, value) => {
        fc.pre(!harmless.has(call));
        const result = await invokeHandler(contract, backend.handlers, call, value);
        expect(typeof result.ok).toBe('boolean');
        if (!result.ok) expect(result.error.code).not.toBe('bug.unexpected');
      }),
      { numRuns: 1000 },
    );
    expect(ok(await backend.api.runs.history({}))).toEqual(before);
    expect(ok(await backend.api.app.snapshot(undefined)).repository.location).toBe(folders.repository);
  });
});

function sizeOf(vm: { readonly disks: readonly { readonly fileSizeBytes: number }[] }): number {
  return vm.disks.reduce((sum, disk) => sum + disk.fileSizeBytes, 0);
}
