// A reload in mid-run, and a second window: both are whole at once, and stay equal to the end.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures/stillpoint.ts';
import { startBackup } from '../pages/start-backup.ts';
import { ActivityPage } from '../pages/activity-page.ts';
import { ConsoleWindow } from '../pages/window.ts';

test('a reload in mid-run shows the run where it is', async ({ stillpoint: { page } }) => {
  await startBackup(page, 'SQL01');
  const activity = new ActivityPage(page);
  await expect(activity.phase('SQL01', 'reading')).toHaveAttribute('data-state', 'current', { timeout: 30_000 });
  const address = page.url();
  await page.reload();
  expect(page.url()).toBe(address);
  // Nothing of what was before the reload is lost: the times of the phases are those of the events.
  await expect(activity.phase('SQL01', 'quiescing')).toHaveAttribute('data-state', 'done');
  await expect(activity.status).toHaveText(/Running|Done/);
  await expect(activity.status).toHaveText('Done', { timeout: 90_000 });
});

test('a second window shows the same state at once, and both the same end', async ({
  stillpoint,
  needsBrowserDriver: _,
}) => {
  const { page } = stillpoint;
  await startBackup(page, 'SQL01', 'WEB01');
  const first = new ActivityPage(page);
  await expect(first.phase('SQL01', 'reading')).toHaveAttribute('data-state', 'current', { timeout: 30_000 });
  const other = await stillpoint.openSecondWindow();
  await new ConsoleWindow(other).goTo('Activity');
  const second = new ActivityPage(other);
  await expect(second.vm('SQL01')).toBeVisible();
  await expect(second.phase('SQL01', 'quiescing')).toHaveAttribute('data-state', 'done');
  for (const activity of [first, second]) await expect(activity.status).toHaveText('Done', { timeout: 90_000 });
  expect(await figures(other)).toEqual(await figures(page));
  // What is changed in one is changed in the other.
  await new ConsoleWindow(page).goTo('Settings');
  await new ConsoleWindow(other).goTo('Settings');
  await page.getByRole('radio', { name: 'Dark' }).click();
  await expect(other.getByRole('radio', { name: 'Dark' })).toBeChecked();
  await expect(other.locator('html')).toHaveAttribute('data-look', 'dark');
});

async function figures(page: Page): Promise<readonly string[]> {
  const run = new ActivityPage(page).run;
  return [
    ...(await run.getByLabel('Figures of the run').locator('dd').allInnerTexts()),
    ...(await run
      .getByRole('listitem')
      .evaluateAll((steps) => steps.map((step) => step.getAttribute('aria-label') ?? ''))),
  ];
}
