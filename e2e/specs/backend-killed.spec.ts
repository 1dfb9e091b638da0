// The backend dies in mid-run, as by a power cut: the window says so, finds the restarted one by itself, and shows what
// became of the run.
import { expect, test } from '../fixtures/stillpoint.ts';
import { ActivityPage } from '../pages/activity-page.ts';
import { startBackup } from '../pages/start-backup.ts';

test('the window says that the backend is gone, reconnects, and shows the run as interrupted and merged', async ({
  stillpoint,
  needsBrowserDriver: _,
}) => {
  const { page } = stillpoint;
  await startBackup(page, 'SQL01');
  const activity = new ActivityPage(page);
  await expect(activity.phase('SQL01', 'reading')).toHaveAttribute('data-state', 'current', { timeout: 30_000 });
  await stillpoint.killBackend();
  const gone = page.getByText('Stillpoint does not answer');
  await expect(gone).toBeVisible();
  // What was last known stays on the screen, and nothing can be asked for.
  await expect(activity.vm('SQL01')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Cancel the backup…' })).toBeDisabled();

  await stillpoint.startBackend();
  await expect(gone).toBeHidden({ timeout: 30_000 });
  await expect(page.getByText(/The backup of SQL01 from .* was interrupted/)).toBeVisible();
  await expect(activity.status).toHaveText('Interrupted');
  await expect(activity.phase('SQL01', 'merging')).toHaveAttribute('data-state', 'done');
  await page.getByRole('button', { name: 'Look for leftovers…' }).click();
  await expect(page.getByRole('dialog')).toContainText('Nothing is left over. Every host answered.', {
    timeout: 30_000,
  });
});
