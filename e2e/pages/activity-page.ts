// A run while it goes on, and what came of it.
import type { Locator, Page } from '@playwright/test';

export class ActivityPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** The run that is shown. */
  get run(): Locator {
    return this.page.getByRole('region', { name: /^Run r-/ });
  }

  get status(): Locator {
    return this.run.getByRole('status').first();
  }

  vm(name: string): Locator {
    return this.page.getByRole('region', { name: `Backup of ${name}`, exact: true });
  }

  phase(vm: string, phase: string): Locator {
    return this.vm(vm).locator(`li[data-phase="${phase}"]`);
  }

  /**
   * Notes every phase that a VM is seen in, from now on: short ones pass between two looks of a test. Read with
   * `seenPhases`.
   */
  async watchPhases(): Promise<void> {
    await this.page.evaluate(() => {
      const seen: Record<string, string[]> = {};
      Reflect.set(window, 'seenPhases', seen);
      const look = (): void => {
        for (const step of document.querySelectorAll('li[data-state="current"]')) {
          const list = step.closest('ol')?.getAttribute('aria-label') ?? '';
          const phase = step.getAttribute('data-phase') ?? '';
          const phases = (seen[list] ??= []);
          if (phases.at(-1) !== phase) phases.push(phase);
        }
      };
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
      look();
    });
  }

  async seenPhases(vm: string): Promise<readonly string[]> {
    const seen = await this.page.evaluate((): unknown => Reflect.get(window, 'seenPhases'));
    return (seen as Record<string, readonly string[]>)[`Phases of ${vm}`] ?? [];
  }

  async cancel(): Promise<void> {
    await this.page.getByRole('button', { name: 'Cancel the backup…' }).click();
    await this.page.getByRole('dialog').getByRole('button', { name: 'Cancel and merge' }).click();
  }
}
