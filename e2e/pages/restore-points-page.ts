// The list of restore points, and the panel of one.
import type { Locator, Page } from '@playwright/test';

export class RestorePointsPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get list(): Locator {
    return this.page.getByRole('grid', { name: 'Restore points' });
  }

  row(vm: string): Locator {
    return this.list.getByRole('row').filter({ has: this.page.getByRole('gridcell', { name: vm, exact: true }) });
  }

  get panel(): Locator {
    return this.page.getByRole('complementary', { name: /^Details of / });
  }

  async open(vm: string): Promise<void> {
    await this.row(vm).click();
    await this.panel.waitFor();
  }

  async verify(): Promise<void> {
    await this.panel.getByRole('button', { name: 'Verify' }).click();
  }

  /** Into the folder that is offered; returns the paths of the disks. */
  async restore(): Promise<readonly string[]> {
    await this.panel.getByRole('button', { name: 'Restore to a folder…' }).click();
    await this.page
      .getByRole('dialog')
      .getByRole('button', { name: /^Restore \d+ disks?$/ })
      .click();
    const result = this.panel.getByRole('region', { name: 'Restore' }).getByRole('status');
    await result.getByText(/\d+ disks? restored/).waitFor({ timeout: 60_000 });
    const texts = await result.getByRole('listitem').allInnerTexts();
    return texts.map((text) => text.trim());
  }
}
