// The way through the window that the pictures are taken on: from the first look to a backend that was killed. Waits for
// what is on the screen, never for a time.
import { expect, type Locator, type Page } from '@playwright/test';
import { ActivityPage } from '../pages/activity-page.ts';
import { BackUpPage } from '../pages/back-up-page.ts';
import { RestorePointsPage } from '../pages/restore-points-page.ts';
import { ConsoleWindow } from '../pages/window.ts';
import type { Camera } from './camera.ts';

export interface TourBackend {
  kill(): Promise<void>;
  restart(): Promise<void>;
}

/** One Windows guest, one Linux guest, on two hosts, both with enough to read to be caught at it. */
const vms = ['SQL01', 'DB02'] as const;
const slowMs = 120_000;

/** Readiness to a run that is reading: what every look has. */
export async function tourToLiveRun(page: Page, camera: Camera): Promise<void> {
  await gatesWithValues(page);
  await camera.shoot('readiness');
  const list = page.getByRole('grid', { name: 'VMs and their verdicts' });
  await list.getByRole('gridcell', { name: 'TEST01', exact: true }).click();
  await page.getByRole('complementary', { name: 'Details of TEST01' }).waitFor();
  await camera.shoot('readiness-details');

  await new ConsoleWindow(page).goTo('Back up');
  const backUp = new BackUpPage(page);
  await backUp.row(vms[0]).waitFor();
  await camera.shoot('back-up-first-start');
  await backUp.makeRepository();
  await backUp.choose(...vms);
  await expect(backUp.sentence).toContainText('2 running VMs', { timeout: slowMs });
  await camera.shoot('back-up');
  await backUp.startButton.click();
  const activity = new ActivityPage(page);
  // The rate is stated once enough has been seen, a few seconds into the reading.
  const rate = page.getByRole('term').filter({ hasText: 'reading rate' }).locator('xpath=../dd');
  await expect(rate).toHaveText(/\/s$/, { timeout: slowMs });
  await caughtReading(activity);
  await camera.shoot('activity-live');
}

export async function tourOfTheRest(page: Page, camera: Camera, backend: TourBackend): Promise<void> {
  const activity = new ActivityPage(page);
  await page.getByRole('button', { name: 'Cancel the backup…' }).click();
  await page.getByRole('dialog').getByRole('listitem').first().waitFor();
  await camera.shoot('activity-cancel');
  await page.getByRole('button', { name: 'Keep it running' }).click();
  await expect(activity.status).toHaveText('Done', { timeout: slowMs });
  await camera.shoot('activity-done');
  await page.getByRole('tab', { name: 'Log' }).click();
  await page.getByRole('list', { name: 'Log of the run' }).waitFor();
  await camera.shoot('activity-log');

  await restorePoints(page, camera);

  await new ConsoleWindow(page).goTo('Settings');
  await page.getByText('Open, 2 restore points').waitFor({ timeout: slowMs });
  await camera.shoot('settings');

  await killedInMidRun(page, camera, backend);
}

async function restorePoints(page: Page, camera: Camera): Promise<void> {
  await new ConsoleWindow(page).goTo('Restore points');
  const restore = new RestorePointsPage(page);
  await restore.row(vms[1]).waitFor({ timeout: slowMs });
  await camera.shoot('restore-points');
  await restore.open(vms[0]);
  await restore.verify();
  await restore.panel.getByText('Verified: intact').waitFor({ timeout: slowMs });
  await settled(restore.row(vms[0]).getByText('Not yet'));
  await camera.shoot('restore-point');
  await restore.panel.getByRole('button', { name: 'Restore to a folder…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^Restore \d+ disks?$/ }).waitFor();
  await camera.shoot('restore-dialog');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await settled(dialog);
}

async function killedInMidRun(page: Page, camera: Camera, backend: TourBackend): Promise<void> {
  await new ConsoleWindow(page).goTo('Back up');
  const backUp = new BackUpPage(page);
  await backUp.choose(...vms);
  await backUp.startButton.click();
  const activity = new ActivityPage(page);
  await caughtReading(activity);
  await backend.kill();
  const gone = page.getByText('Stillpoint does not answer');
  await gone.waitFor({ timeout: slowMs });
  await camera.shoot('connection-lost');
  await backend.restart();
  await settled(gone);
  await page.getByText(/The backup of .* from .* was interrupted/).waitFor({ timeout: slowMs });
  await expect(activity.status).toHaveText('Interrupted');
  await camera.shoot('recovered');
}

async function gatesWithValues(page: Page): Promise<void> {
  const gates = page.getByRole('region', { name: /^Gate: / });
  await gates.nth(2).waitFor({ timeout: slowMs });
  for (const gate of await gates.all()) await gate.getByRole('listitem').first().waitFor();
}

/** Both VMs are at it, and something has been read of each: waits for the figures of the page itself. */
async function caughtReading({ page }: ActivityPage): Promise<void> {
  await page.waitForFunction(
    (names) =>
      names.every((name) => {
        const card = document.querySelector(`section[aria-label="Backup of ${name}"]`);
        const isReading = card?.querySelector('li[data-phase="reading"][data-state="current"]') !== null;
        const bars = [...(card?.querySelectorAll('[role="progressbar"]') ?? [])];
        return isReading && bars.some((bar) => Number(bar.getAttribute('aria-valuenow')) > 50_000_000);
      }),
    [...vms],
    { timeout: slowMs },
  );
}

async function settled(locator: Locator): Promise<void> {
  await locator.waitFor({ state: 'hidden', timeout: slowMs });
}
