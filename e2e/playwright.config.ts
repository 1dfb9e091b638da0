import { defineConfig } from '@playwright/test';
import { join } from 'node:path';
import type { DriverOptions } from './fixtures/stillpoint.ts';

// The same specs twice: in the system's Chromium through the loopback host, and in Electron where its runtime is.
export default defineConfig<DriverOptions>({
  testDir: './specs',
  outputDir: '../.e2e-results',
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: [['line'], [join(import.meta.dirname, 'fixtures', 'summary-reporter.ts')]],
  use: {
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    locale: 'en-GB',
  },
  projects: [
    { name: 'browser', use: { driver: 'browser' } },
    { name: 'electron', use: { driver: 'electron' } },
  ],
});
