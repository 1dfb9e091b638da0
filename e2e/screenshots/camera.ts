// Takes pictures of one page in one look, under names a document can rely on. Knows nothing of the screens.
import type { Page } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toIndexedPng } from './indexed-png.ts';

export const looks = ['light', 'dark', 'contrast'] as const;
export type Look = (typeof looks)[number];

/** A contrast theme changes colours alone: two screens show them all. */
const contrastScreens: ReadonlySet<string> = new Set(['readiness', 'activity-live']);
/** More than that, and the pictures weigh down the repository. */
const largestBytes = 100 * 1024;

export class Camera {
  readonly #page: Page;
  readonly #look: Look;
  readonly #folder: string;

  constructor(page: Page, look: Look, folder: string) {
    this.#page = page;
    this.#look = look;
    this.#folder = folder;
  }

  /** Has the page in its look from here on, as the system would ask for it. */
  async setLook(): Promise<void> {
    await this.#page.emulateMedia({
      colorScheme: this.#look === 'light' ? 'light' : 'dark',
      forcedColors: this.#look === 'contrast' ? 'active' : 'none',
    });
    const look = this.#look === 'contrast' ? 'high-contrast' : this.#look;
    await this.#page.locator(`html[data-look="${look}"]`).waitFor();
  }

  /** @param screen of the file's name: `<screen>-<look>.png` */
  async shoot(screen: string): Promise<void> {
    if (this.#look === 'contrast' && !contrastScreens.has(screen)) return;
    const path = join(this.#folder, `${screen}-${this.#look}.png`);
    // Where the mouse happened to be is nothing to show.
    await this.#page.mouse.move(0, 0);
    const png = toIndexedPng(await this.#page.screenshot({ animations: 'disabled' }));
    if (png.length > largestBytes) throw new Error(`${path} is larger than ${largestBytes} bytes: ${png.length}`);
    writeFileSync(path, png);
    process.stderr.write(`${path}\n`);
  }
}
