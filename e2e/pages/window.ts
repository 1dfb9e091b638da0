// The window as a user finds their way in it: by roles and names, as a screen reader does.
import type { Locator, Page } from '@playwright/test';

export type ScreenName = 'Readiness' | 'Back up' | 'Activity' | 'Restore points' | 'Settings';

export class ConsoleWindow {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  heading(name: ScreenName): Locator {
    return this.page.getByRole('heading', { level: 1, name, exact: true });
  }

  async goTo(name: ScreenName): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Stillpoint' }).getByRole('link', { name }).click();
    await this.heading(name).waitFor();
  }
}
