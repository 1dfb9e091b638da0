// Choosing VMs and starting their backup; making the first repository.
import type { Locator, Page } from '@playwright/test';

export class BackUpPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get list(): Locator {
    return this.page.getByRole('grid', { name: 'VMs to back up' });
  }

  get sentence(): Locator {
    return this.page.getByRole('region', { name: 'What will happen' }).getByRole('status');
  }

  get startButton(): Locator {
    return this.page.getByRole('button', { name: 'Start the backup' });
  }

  row(vm: string): Locator {
    return this.list.getByRole('row').filter({ has: this.page.getByRole('gridcell', { name: vm, exact: true }) });
  }

  async choose(...vms: readonly string[]): Promise<void> {
    for (const vm of vms) await this.list.getByRole('checkbox', { name: `Choose ${vm}`, exact: true }).check();
  }

  /** With a password that is made up and noted; returns it. */
  async makeRepository(): Promise<string> {
    const card = this.page.getByRole('region', { name: 'Where should restore points be kept?' });
    await card.getByRole('button', { name: 'Make one up for me' }).click();
    const password = await card.locator('pre').innerText();
    await card.getByRole('checkbox', { name: 'I have put the password in a safe place' }).check();
    await card.getByRole('button', { name: 'Make the repository' }).click();
    await card.waitFor({ state: 'detached' });
    return password;
  }
}
