// Writes what a test run came to, each skip with its reason, for the closing summary of `npm test`.
import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

interface Summary {
  passed: number;
  readonly failed: string[];
  readonly skipped: { readonly name: string; readonly reason: string }[];
}

export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const path = process.env['STILLPOINT_TEST_REPORT'];
    if (path === undefined) return;
    const summary: Summary = { passed: 0, failed: [], skipped: [] };
    for (const module of modules) {
      // A file that could not even be loaded has no tests to count: it is a failure of its own.
      if (!module.ok() && [...module.children.allTests('failed')].length === 0)
        summary.failed.push(module.relativeModuleId);
      for (const test of module.children.allTests()) count(test, summary);
    }
    if (unhandledErrors.length > 0) summary.failed.push(`${unhandledErrors.length} unhandled errors outside the tests`);
    writeFileSync(path, JSON.stringify(summary));
  }
}

function count(test: TestCase, summary: Summary): void {
  const result = test.result();
  const name = `${test.module.relativeModuleId} > ${test.fullName}`;
  if (result.state === 'passed') summary.passed += 1;
  else if (result.state === 'skipped') summary.skipped.push({ name, reason: result.note ?? 'no reason given' });
  else summary.failed.push(name);
}
