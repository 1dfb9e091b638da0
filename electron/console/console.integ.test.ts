// The whole backend behind the contract, on the lab: a run started, watched and proved through the contract alone;
// a second window; a hostile caller.
import fc from 'fast-check';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
import { appFolders, privateFilePasswordStore } from '../platform/index.ts';
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
    expect(first.settings).toMatchObject({ passwordKeeping: 'session', folders: { root: dir } });
    const { password } = ok(await backend.api.repository.makePassword(undefined));
    expect(password).toMatch(/^[A-Za-z0-9_-]{32}$/);
    const init = { location: folders.repository, password, keep: 'this-computer' } as const;
    expect(ok(await backend.api.repository.init(init))).toMatchObject({ isOpen: true, restorePoints: 0 });
    expect(ok(await backend.api.app.snapshot(undefined)).settings.passwordKeeping).toBe('this-computer');

    const { vms } = ok(await backend.api.lab.status(undefined));
    const running = vms.filter((vm) => vm.state === 'running');
    const smallest = running.sort((a, b) => sizeOf(a) - sizeOf(b))[0]!;
    const preview = ok(await backend.api.runs.preview({ vmIds: [smallest.id] }));
    expect(preview).toMatchObject({ vms: [{ name: smallest.name }], repository: { hasPassword: true } });
    expect(preview.vms[0]).not.toHaveProperty('refusal');
    expect(preview.volumes.reduce((sum, volume) => sum + volume.diskCount, 0)).toBe(smallest.disks.length);
    const { runId } = ok(await backend.api.runs.start({ vmIds: [smallest.id.toUpperCase()] }));
    const again = await backend.api.runs.start({ vmIds: [smallest.id] });
    expect(again).toMatchObject({ ok: false, error: { code: 'engine.vm-in-active-run' } });
    const during = ok(await backend.api.runs.preview({ vmIds: [smallest.id] }));
    expect(during.refusal).toMatchObject({ code: 'engine.vm-in-active-run', params: { run: runId } });
    // What is read while the checkpoint stands is no reason to refuse the next backup.
    ok(await backend.api.site.vms({ refresh: true }));
    const run = await endOf(runId);
    expect(run.outcome).toBe('succeeded');
    expect(run.vms[smallest.id]?.growth?.files.length).toBeGreaterThan(0);
    expect(heard.some(({ change }) => change.type === 'restore-points')).toBe(true);
    expect(ok(await backend.api.runs.preview({ vmIds: [smallest.id] }))).not.toHaveProperty('refusal');

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
    expect(point).not.toHaveProperty('verification');
    const verified = ok(await backend.api.restorePoints.verify({ id, operationId: 'v' }));
    expect(verified.isIntact).toBe(true);
    const listed = ok(await backend.api.restorePoints.list({})).restorePoints[0];
    expect(listed?.verification).toEqual(verified.restorePoint.verification);
    expect(listed?.verification).toMatchObject({ isIntact: true, damageCount: 0, checkedBytes: verified.checkedBytes });
    expect(heard.at(-1)?.change.type).toBe('operation');
    expect(heard.filter(({ change }) => change.type === 'restore-points')).toHaveLength(2);
    const restored = ok(await backend.api.restorePoints.restore({ id, folder: folders.restored }));
    expect(restored.disks.map((disk) => disk.slot)).toEqual(smallest.disks.map((disk) => disk.slot));
    const twice = await backend.api.restorePoints.restore({ id, folder: folders.restored });
    expect(twice).toMatchObject({ ok: false, error: { code: 'restore.file-exists' } });
    expect(ok(await backend.api.repository.check({}))).toMatchObject({ isIntact: true, snapshots: 1 });
    expect(ok(await backend.api.leftovers.list(undefined)).leftovers).toEqual([]);
    expect(() => structuredClone([mirror, heard, restorePoints])).not.toThrow();
    stop();
  });

  it('shows the gates and the VMs in pages of one reading', async () => {
    const readiness = ok(await backend.api.site.readiness({}));
    const whole = ok(await backend.api.site.vms({}));
    expect(whole.readAtMs).toBe(readiness.readAtMs);
    expect(whole.total).toBe(readiness.vmTotal);
    const first = ok(await backend.api.site.vms({ limit: 1 }));
    const second = ok(await backend.api.site.vms({ limit: 1, after: first.nextAfter! }));
    expect([...first.vms, ...second.vms]).toEqual(whole.vms.slice(0, 2));
    const { gates } = ok(await backend.api.site.gates({}));
    expect(readiness.gates.map((gate) => gate.counts)).toEqual(gates.map((gate) => gate.counts));
  });

  it('takes up new limits with the next run, and says settings to every window', async () => {
    const heard: AppEvent[] = [];
    const stop = backend.api.app.changed((event) => heard.push(event));
    const changes = [{ vmsAtOnce: 1 }, { appearance: 'dark' }] as const;
    await Promise.all(changes.map((change) => backend.api.settings.change(change)));
    const { settings } = ok(await backend.api.app.snapshot(undefined));
    expect(settings).toMatchObject({ appearance: 'dark', concurrency: { vmsAtOnce: 1, vmsPerHost: 1 } });
    expect(heard.map(({ change }) => change.type)).toEqual(['settings', 'settings']);
    expect(heard.at(-1)?.change).toEqual({ type: 'settings', settings });
    expect(await backend.api.settings.change({ vmsPerHost: 2 })).toMatchObject({
      error: { code: 'console.concurrency-mismatch' },
    });
    const { vms } = ok(await backend.api.lab.status(undefined));
    const running = vms.filter((vm) => vm.state === 'running').slice(0, 2);
    const { runId } = ok(await backend.api.runs.start({ vmIds: running.map((vm) => vm.id) }));
    const run = await endOf(runId);
    const spans = Object.values(run.vms).map(({ phases }) => [phases[1]!.atMs, phases.at(-1)!.atMs] as const);
    const [one, two] = spans.sort((a, b) => a[0] - b[0]);
    expect(two![0]).toBeGreaterThanOrEqual(one![1]);
    ok(await backend.api.settings.change({ vmsAtOnce: 4, vmsPerHost: 2 }));
    stop();
  });

  it('gives restore points in pages, newest page first', async () => {
    const all = ok(await backend.api.restorePoints.list({}));
    expect(all.restorePoints.length).toBeGreaterThanOrEqual(3);
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = ok(await backend.api.restorePoints.list({ limit: 2, ...(before === undefined ? {} : { before }) }));
      expect(page.total).toBe(all.total);
      seen.unshift(...page.restorePoints.map((point) => point.id));
      before = page.nextBefore;
    } while (before !== undefined);
    expect(seen).toEqual(all.restorePoints.map((point) => point.id));
  });

  it('lists folders of this computer, and refuses what is no whole path', async () => {
    expect(ok(await backend.api.folders.list({ path: dir })).folders).toContain('repository');
    expect(await backend.api.folders.list({ path: 'repository' })).toMatchObject({
      error: { code: 'console.path-not-absolute' },
    });
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
      fc.record({ path: fc.string(), appearance: fc.string(), vmsAtOnce: fc.integer(), refresh: fc.anything() }),
      fc.record({ path: fc.oneof(fc.string(), fc.constant('/')) }),
      fc.record({ vmsAtOnce: fc.integer({ min: -100, max: 0 }), vmsPerHost: fc.integer({ min: 9 }) }),
    );
    // Those that take no input would do what they are for.
    const harmless = new Set(['lab.startGuests', 'lab.stopGuests', 'repository.check', 'repository.status']);
    harmless.add('repository.forgetPassword');
    const { settings } = ok(await backend.api.app.snapshot(undefined));
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
    const after = ok(await backend.api.app.snapshot(undefined));
    expect(after.repository.location).toBe(folders.repository);
    expect(after.settings).toEqual(settings);
  });

  it('forgets the password here and on this computer, and the repository opens again with it', async () => {
    const store = privateFilePasswordStore(dir);
    const password = await store.load(folders.repository);
    expect(password).toMatch(/^[A-Za-z0-9_-]{32}$/);
    expect(ok(await backend.api.repository.forgetPassword(undefined)).passwordKeeping).toBe('session');
    expect(await store.load(folders.repository)).toBeUndefined();
    expect(ok(await backend.api.repository.status(undefined))).toMatchObject({ hasPassword: false, isOpen: false });
    expect(await backend.api.restorePoints.list({})).toMatchObject({ error: { code: 'console.no-password' } });
    const open = { location: folders.repository, password: password! };
    expect(ok(await backend.api.repository.open({ ...open, keep: 'session' }))).toMatchObject({ isOpen: true });
    expect(await store.load(folders.repository)).toBeUndefined();
  });

  it('puts it on record when a restore point is read back and is damaged', async () => {
    const { restorePoints } = ok(await backend.api.restorePoints.list({}));
    const [point] = restorePoints;
    const folder = join(folders.repository, 'data');
    const packs = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { parentPath, name } of packs) {
      const bytes = readFileSync(join(parentPath, name));
      // In the first blob; the description of what is in the pack stands at its end.
      bytes[8] = bytes[8]! ^ 1;
      writeFileSync(join(parentPath, name), bytes);
    }
    const report = ok(await backend.api.restorePoints.verify({ id: point!.id }));
    expect(report.isIntact).toBe(false);
    const listed = ok(await backend.api.restorePoints.list({})).restorePoints.find((one) => one.id === point!.id);
    expect(listed?.verification).toMatchObject({ isIntact: false, damageCount: report.damageCount });
  });

  it('lists and shows restore points also when the record of their verification cannot be read, and says so', async () => {
    expect(ok(await backend.api.restorePoints.list({})).problems).toEqual([]);
    writeFileSync(folders.verificationFile, '{"schemaVersion":1,"verifications":[{"isIntact":"yes"}]}');
    const { restorePoints, problems } = ok(await backend.api.restorePoints.list({}));
    expect(restorePoints.length).toBeGreaterThan(0);
    for (const point of restorePoints) expect(point).not.toHaveProperty('verification');
    expect(problems.map((problem) => problem.code)).toEqual(['console.verifications-damaged']);
    expect(ok(await backend.api.restorePoints.show({ id: restorePoints[0]!.id }))).not.toHaveProperty('verification');
  });
});

function sizeOf(vm: { readonly disks: readonly { readonly fileSizeBytes: number }[] }): number {
  return vm.disks.reduce((sum, disk) => sum + disk.fileSizeBytes, 0);
}
