import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './testing/summary-reporter.ts';

// Integration tests (`*.integ.test.ts`) drive real programs and real files: they get more time, and run beside the
// unit tests so that one command tells the whole truth.
export default defineConfig({
  test: {
    include: ['{shared,electron,testing,scripts,bench,renderer,build,e2e}/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    restoreMocks: true,
    reporters: ['dot', new SummaryReporter()],
  },
});
