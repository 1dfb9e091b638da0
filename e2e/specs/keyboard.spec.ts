// The whole main job with the keyboard alone: no click, no focus set by a script.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../fixtures/stillpoint.ts';
import { ActivityPage } from '../pages/activity-page.ts';
import { RestorePointsPage } from '../pages/restore-points-page.ts';
import { ConsoleWindow } from '../pages/window.ts';

const mostTabs = 60;

test('gates, choice, backup, proof and restore by keyboard', async ({ stillpoint: { page } }) => {
  test.setTimeout(240_000);
  const window = new ConsoleWindow(page);
  await window.heading('Readiness').waitFor();
  const rail = page.getByRole('navigation', { name: 'Stillpoint' });

  await tabTo(page, rail.getByRole('link', { name: 'Back up' }));
  await page.keyboard.press('Enter');
  await expect(window.heading('Back up')).toBeFocused();

  const setup = page.getByRole('region', { name: 'Where should restore points be kept?' });
  await tabTo(page, setup.getByRole('button', { name: 'Make one up for me' }));
  await page.keyboard.press('Enter');
  await tabTo(page, setup.getByRole('checkbox', { name: 'I have put the password in a safe place' }));
  await page.keyboard.press('Space');
  await tabTo(page, setup.getByRole('button', { name: 'Make the repository' }));
  await page.keyboard.press('Enter');
  await setup.waitFor({ state: 'detached' });

  const list = page.getByRole('grid', { name: 'VMs to back up' });
  await tabTo(page, list.getByRole('row').nth(1));
  await moveTo(page, list, 'SQL01');
  await page.keyboard.press('Space');
  await expect(page.getByText('1 of 10 VMs chosen')).toBeVisible();

  await tabTo(page, page.getByRole('button', { name: 'Start the backup' }));
  await page.keyboard.press('Enter');
  const activity = new ActivityPage(page);
  await expect(activity.status).toHaveText('Done', { timeout: 90_000 });

  await tabTo(page, rail.getByRole('link', { name: 'Restore points' }));
  await page.keyboard.press('Enter');
  const points = new RestorePointsPage(page);
  await expect(points.row('SQL01')).toBeVisible();
  await tabTo(page, points.list.getByRole('row').nth(1));
  await page.keyboard.press('Enter');
  await tabTo(page, points.panel.getByRole('button', { name: 'Verify' }));
  await page.keyboard.press('Enter');
  await expect(points.panel).toContainText('Verified: intact', { timeout: 60_000 });
  await tabTo(page, points.panel.getByRole('button', { name: 'Restore to a folder…' }));
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await tabTo(page, dialog.getByRole('button', { name: 'Restore 2 disks' }));
  await page.keyboard.press('Enter');
  await expect(points.panel).toContainText('2 disks restored', { timeout: 60_000 });
});

/** Tab, from where the focus is, until it is there. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < mostTabs; presses += 1) {
    const isThere = await target.evaluate((element) => element === document.activeElement);
    if (isThere) return;
    await page.keyboard.press('Tab');
  }
  await expect(target, `not reached with ${mostTabs} presses of Tab`).toBeFocused();
}

async function moveTo(page: Page, list: Locator, name: string): Promise<void> {
  const target = list.getByRole('row').filter({ has: page.getByRole('gridcell', { name, exact: true }) });
  for (let presses = 0; presses < 20; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('ArrowDown');
  }
  await expect(target).toBeFocused();
}
