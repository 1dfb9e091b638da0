// A guest that cannot be quiesced, and a run that asks: answered in the window, and marked for what it is.
import { expect, test } from '../fixtures/stillpoint.ts';
import { ActivityPage } from '../pages/activity-page.ts';
import { BackUpPage } from '../pages/back-up-page.ts';
import { RestorePointsPage } from '../pages/restore-points-page.ts';
import { ConsoleWindow } from '../pages/window.ts';

test.use({ backendArguments: ['--lab-fault', 'vss-writer-fails:SQL01'] });

test('a run asks what becomes of less consistency than asked for, and does as it is told', async ({
  stillpoint: { page },
  needsBrowserDriver: _,
}) => {
  await new ConsoleWindow(page).goTo('Back up');
  const backUp = new BackUpPage(page);
  await backUp.makeRepository();
  await backUp.choose('SQL01');
  await page.getByRole('combobox', { name: 'If a guest cannot be quiesced' }).click();
  await page.getByRole('option', { name: 'ask me' }).click();
  await backUp.startButton.click();
  const answer = page.getByRole('button', { name: 'Back it up crash-consistent' });
  await expect(answer).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/Without an answer in [\d.]+ (s|min)/)).toBeVisible();
  await answer.click();
  const activity = new ActivityPage(page);
  await expect(activity.status).toHaveText('Done, with warnings', { timeout: 90_000 });
  await new ConsoleWindow(page).goTo('Restore points');
  await expect(new RestorePointsPage(page).row('SQL01')).toContainText('Crash-consistent');
});
