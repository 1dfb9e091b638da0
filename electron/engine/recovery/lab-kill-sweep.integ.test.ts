// The process dies at every call and around every line of its journal while it backs up a running VM of the lab, with
// real disks and a real repository; a new one recovers over the same folders.
import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { requireJudges, runJudge } from '../../../testing/judges.ts';
import { createLabBench, type LabBench } from '../testing/lab-bench.ts';
import { mortalLabEngine } from '../testing/mortal-lab-engine.ts';
import { MortalProcess } from '../testing/mortal-process.ts';

async function expectRecovered(bench: LabBench, where: string): Promise<void> {
  const engine = bench.engine();
  const report = await engine.recover();
  expect(report.problems, where).toEqual([]);
  expect(await bench.remains(), where).toEqual([]);
  const { runs, problems } = await engine.history();
  expect(problems, where).toEqual([]);
  const last = runs.at(-1);
  // Killed before the first line of the first journal: there is no run.
  if (last === undefined) return;
  expect(last, where).toMatchObject({ status: 'ended', effects: {} });
  const snapshots = await bench.repository.listSnapshots({ tags: [`run=${last.runId}`] });
  const known = Object.values(last.vms).flatMap((vm) => vm.restorePointId ?? []);
  expect(
    snapshots.map((snapshot) => snapshot.id),
    where,
  ).toEqual(known);
}

test('killed at every point of a backup in the lab', { timeout: 180_000 }, async () => {
  const bench = await createLabBench();
  bench.lab.startGuests();
  const outcomes: string[] = [];
  let interrupted = 0;
  let point = 1;
  for (; ; point += 1) {
    const life = new MortalProcess(point);
    const mortal = mortalLabEngine(bench, life);
    await Promise.race([bench.backup(mortal.engine, 'SQL01'), life.died]);
    if (!life.isDead) break;
    await mortal.bury();
    // The hosts, too, can have gone down with it.
    if (point % 10 === 0) await bench.restartLab();
    await expectRecovered(bench, `point ${point}, ${life.diedAt}`);
    mortal.forget();
    if (point % 10 === 0) {
      bench.lab.startGuests();
      outcomes.push(String((await bench.backup(bench.engine(), 'SQL01')).outcome));
      const { runs } = await bench.engine().history();
      interrupted += runs.filter((run) => run.outcome === 'interrupted').length;
      // Every look reads every journal: settled ones are put away, so that the sweep takes no time squared.
      rmSync(bench.journalFolder, { recursive: true });
    }
  }
  process.stdout.write(`kill sweep, lab: ${point - 1} points, ${outcomes.length} backups in between\n`);
  expect(point).toBeGreaterThan(80);
  expect(new Set(outcomes)).toEqual(new Set(['succeeded']));
  expect(interrupted).toBeGreaterThan(70);
});

test('what is in the repository after kills is what restic takes for a whole repository', async (context) => {
  requireJudges(context, 'restic');
  const bench = await createLabBench();
  bench.lab.startGuests();
  for (const point of [20, 40, 48, 52, 56, 60]) {
    const life = new MortalProcess(point);
    const mortal = mortalLabEngine(bench, life);
    await Promise.race([bench.backup(mortal.engine, 'SQL01'), life.died]);
    await mortal.bury();
    await expectRecovered(bench, life.diedAt);
    mortal.forget();
  }
  const env = { RESTIC_REPOSITORY: bench.repositoryFolder, RESTIC_PASSWORD: bench.password };
  const check = await runJudge('restic', ['check', '--read-data', '--no-cache'], { env });
  expect(check.stdout + check.stderr).toContain('no errors were found');
  expect(check.exitCode).toBe(0);
});
