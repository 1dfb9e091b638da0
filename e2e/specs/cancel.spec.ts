// Cancel in mid-run: what it undoes is said before, and what was made is merged after.
import { expect, test } from '../fixtures/stillpoint.ts';
import { ActivityPage } from '../pages/activity-page.ts';
import { startBackup } from '../pages/start-backup.ts';
import { ConsoleWindow } from '../pages/window.ts';

test('a cancelled run is merged, and says so', async ({ stillpoint: { page } }) => {
  await startBackup(page, 'SQL01');
  const activity = new ActivityPage(page);
  await expect(activity.phase('SQL01', 'reading')).toHaveAttribute('data-state', 'current', { timeout: 30_000 });
  await page.getByRole('button', { name: 'Cancel the backup…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('The checkpoint of SQL01 is removed and its AVHDX files are merged back');
  await dialog.getByRole('button', { name: 'Cancel and merge' }).click();
  await expect(activity.status).toHaveText('Cancelled', { timeout: 60_000 });
  await expect(activity.phase('SQL01', 'reading')).toHaveAttribute('data-state', 'failed');
  await expect(activity.phase('SQL01', 'merging')).toHaveAttribute('data-state', 'done');
  await page.getByRole('tab', { name: 'Log' }).click();
  const log = page.getByRole('list', { name: 'Log of the run' });
  await expect(log).toContainText('The merge of SQL01 is confirmed: no checkpoint, every disk on its own file.');
  await page.getByRole('button', { name: 'Look for leftovers…' }).click();
  await expect(page.getByRole('dialog')).toContainText('Nothing is left over. Every host answered.', {
    timeout: 30_000,
  });
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await new ConsoleWindow(page).goTo('Restore points');
  await expect(page.getByText('No restore point yet')).toBeVisible();
});
