// axe on every screen, in every look: no serious or critical finding. Fluent's own focus-trap dummies, which hold no
// content, are left out by their selector.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures/stillpoint.ts';
import { ActivityPage } from '../pages/activity-page.ts';
import { RestorePointsPage } from '../pages/restore-points-page.ts';
import { startBackup } from '../pages/start-backup.ts';
import { ConsoleWindow } from '../pages/window.ts';

const looks = [
  ['light', { colorScheme: 'light', forcedColors: 'none' }],
  ['dark', { colorScheme: 'dark', forcedColors: 'none' }],
  ['high contrast', { colorScheme: 'dark', forcedColors: 'active' }],
] as const;

test('every screen passes axe in light, dark and high contrast', async ({ stillpoint: { page } }) => {
  test.setTimeout(300_000);
  const window = new ConsoleWindow(page);
  await window.heading('Readiness').waitFor();
  await checkAll(page, 'readiness');
  await page.getByRole('gridcell', { name: 'TEST01' }).click();
  await checkAll(page, 'readiness with details');
  await window.goTo('Restore points');
  await checkAll(page, 'restore points without a repository');
  await window.goTo('Activity');
  await checkAll(page, 'activity before the first run');
  await startBackup(page, 'SQL01', 'WEB01');
  const activity = new ActivityPage(page);
  await expect(activity.vm('SQL01').getByRole('progressbar').first()).toBeVisible({ timeout: 30_000 });
  await checkAll(page, 'activity in mid-run');
  await expect(activity.status).toHaveText('Done', { timeout: 90_000 });
  await checkAll(page, 'activity after the run');
  await page.getByRole('tab', { name: 'Log' }).click();
  await checkAll(page, 'log');
  await window.goTo('Back up');
  await page.getByRole('checkbox', { name: 'Choose DC01' }).check();
  await checkAll(page, 'back up');
  await window.goTo('Restore points');
  await new RestorePointsPage(page).open('SQL01');
  await checkAll(page, 'restore points with a panel');
  await page.getByRole('button', { name: 'Restore to a folder…' }).click();
  await page.getByRole('dialog').waitFor();
  await checkAll(page, 'restore dialog');
  await page.getByRole('dialog').getByRole('button', { name: 'Browse…' }).click();
  await page.getByRole('button', { name: 'Use this folder' }).waitFor();
  await checkAll(page, 'folder dialog');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Use this folder' }).waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await window.goTo('Settings');
  await checkAll(page, 'settings');
});

async function checkAll(page: Page, screen: string): Promise<void> {
  for (const [look, media] of looks) {
    await page.emulateMedia(media);
    await expect(page.locator('html')).toHaveAttribute('data-look', look.replace(' ', '-'));
    const { violations } = await new AxeBuilder({ page }).exclude('[data-tabster-dummy]').analyze();
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    const words = grave.map(
      ({ id, help, nodes }) =>
        `${id}: ${help}\n  ${nodes.map((node) => `${node.html}\n  ${node.failureSummary ?? ''}`).join('\n  ')}`,
    );
    // All of them are named at once.
    expect.soft(words.join('\n'), `${screen}, ${look}`).toBe('');
  }
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' });
}
