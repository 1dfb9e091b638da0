// The main job as a newcomer does it: see the gates, choose, watch, prove, get it back, byte for byte.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openLab } from '../../electron/lab/index.ts';
import { systemClock } from '../../electron/platform/index.ts';
import { toCheckpointId, toDiskSlot } from '../../shared/model/ids.ts';
import type { RestorePointDocument } from '../../shared/model/restore-point.ts';
import { expect, test } from '../fixtures/stillpoint.ts';
import { findJudge } from '../fixtures/judge.ts';
import { ActivityPage } from '../pages/activity-page.ts';
import { BackUpPage } from '../pages/back-up-page.ts';
import { RestorePointsPage } from '../pages/restore-points-page.ts';
import { ConsoleWindow } from '../pages/window.ts';

const documentedPhases = [
  'preflight',
  'requesting-checkpoint',
  'quiescing',
  'redirected',
  'reading',
  'committing',
  'merging',
];

test('see the gates, back up two VMs, watch every phase, verify, restore, and compare the bytes', async ({
  stillpoint,
}) => {
  const { page, dir } = stillpoint;
  const window = new ConsoleWindow(page);

  await test.step('the gates, with the values of the lab', async () => {
    await expect(window.heading('Readiness')).toBeVisible();
    const versions = page.getByRole('region', { name: 'Gate: VM configuration version' });
    await expect(versions).toContainText('Passes');
    for (const value of ['10.0', '9.0', '8.0'])
      await expect(versions.getByRole('listitem').filter({ hasText: value })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Gate: Host version' })).toContainText(
      'Windows Server 2022 Datacenter (build 20348)',
    );
    await expect(page.getByRole('region', { name: 'Gate: Cluster functional level' })).toContainText(
      'Cluster functional level 11',
    );
    await expect(page.getByText('9 of 10 VMs ready for online backup')).toBeVisible();
  });

  const password = await test.step('a repository, with a password that is made up', async () => {
    await window.goTo('Back up');
    return new BackUpPage(page).makeRepository();
  });

  await test.step('two VMs, on-host, and a sentence that says what will happen', async () => {
    const backUp = new BackUpPage(page);
    await expect(backUp.startButton).toBeDisabled();
    await expect(backUp.sentence).toHaveText('Choose at least one VM in the list.');
    await expect(page.getByRole('radio', { name: /^Off-host/ })).toBeDisabled();
    await expect(page.getByText('Off-host mode is not available yet')).toBeVisible();
    await backUp.choose('SQL01', 'WEB01');
    await expect(backUp.sentence).toContainText('2 running VMs are backed up on-host');
    await expect(backUp.sentence).toContainText('no VM is stopped');
    await backUp.startButton.click();
  });

  const activity = new ActivityPage(page);
  await test.step('each phase passes live', async () => {
    await activity.run.waitFor();
    await activity.watchPhases();
    await expect(activity.vm('SQL01').getByRole('progressbar').first()).toBeVisible({ timeout: 30_000 });
    await expect(activity.vm('SQL01')).toContainText(/AVHDX [\d.]+ (bytes|KB|MB)/, { timeout: 30_000 });
    await expect(activity.status).toHaveText('Done', { timeout: 90_000 });
    for (const vm of ['SQL01', 'WEB01']) {
      const seen = (await activity.seenPhases(vm)).filter((phase) => phase !== 'done');
      expect(documentedPhases.filter((phase) => seen.includes(phase))).toEqual(seen);
      expect(seen).toContain('reading');
      for (const phase of documentedPhases) {
        await expect(activity.phase(vm, phase)).toHaveAttribute('data-state', 'done');
      }
      await expect(activity.vm(vm)).toContainText('Merge confirmed.');
    }
    await page.getByRole('tab', { name: 'Log' }).click();
    await expect(page.getByRole('list', { name: 'Log of the run' })).toContainText('application-consistent (VSS)');
  });

  const points = new RestorePointsPage(page);
  const files = await test.step('the restore point is listed, verified and restored', async () => {
    await window.goTo('Restore points');
    await expect(points.row('WEB01')).toBeVisible();
    await expect(points.row('SQL01')).toContainText('Application (VSS)');
    await expect(points.row('SQL01')).toContainText('Not yet');
    await points.open('SQL01');
    await points.verify();
    await expect(points.panel).toContainText('Verified: intact', { timeout: 60_000 });
    await expect(points.panel.locator('pre')).toContainText('restic');
    return points.restore();
  });
  expect(files).toHaveLength(2);

  await test.step('the bytes are those of the disks at the checkpoint', async () => {
    const judge = findJudge('qemu-img');
    test.skip(
      judge === undefined,
      'qemu-img is not installed on this machine: nobody but us could say what the files hold',
    );
    await stillpoint.close();
    const document = vmDocument(dir, password);
    const lab = await openLab({ folder: join(dir, 'lab'), clock: systemClock });
    try {
      for (const [index, file] of files.entries()) {
        const slot = toDiskSlot('scsi', 0, index);
        const raw = join(dir, `judged-${index}.raw`);
        execFileSync(judge ?? '', ['convert', '-f', 'vhdx', '-O', 'raw', file, raw]);
        const truth = await lab.truth.checkpointSha256(toCheckpointId(document.checkpoint.id), slot);
        expect(await sha256(raw), `disk ${slot} of SQL01`).toBe(truth);
        rmSync(raw);
      }
    } finally {
      await lab.close();
    }
  });
});

/** vm.json of SQL01, as stock restic finds it. */
function vmDocument(dir: string, password: string): RestorePointDocument {
  const restic = findJudge('restic');
  test.skip(
    restic === undefined,
    'restic is not installed on this machine: it reads the restore point for the comparison',
  );
  const args = ['-r', join(dir, 'repository'), '--no-cache', 'dump', 'latest', '/SQL01/vm.json', '--path', '/SQL01'];
  const env = { ...process.env, RESTIC_PASSWORD: password };
  return JSON.parse(execFileSync(restic ?? '', args, { env, encoding: 'utf8' })) as RestorePointDocument;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 4 * 1024 * 1024 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
