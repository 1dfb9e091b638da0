// From the first screen to a run that goes on, for specs that begin there.
import type { Page } from '@playwright/test';
import { ActivityPage } from './activity-page.ts';
import { BackUpPage } from './back-up-page.ts';
import { ConsoleWindow } from './window.ts';

export async function startBackup(page: Page, ...vms: readonly string[]): Promise<void> {
  await new ConsoleWindow(page).goTo('Back up');
  const backUp = new BackUpPage(page);
  await backUp.makeRepository();
  await backUp.choose(...vms);
  await backUp.startButton.click();
  await new ActivityPage(page).run.waitFor();
}
