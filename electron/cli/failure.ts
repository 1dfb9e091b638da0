// Errors that came as data over the contract, thrown again on this side; and which errors are bad usage.
import { toAppError, type AppErrorData } from '../../shared/errors/app-error.ts';
import type { Result } from '../../shared/ipc/define-contract.ts';
import type { ExitCode } from './command.ts';

class ReportedError extends Error {
  readonly data: AppErrorData;

  constructor(data: AppErrorData) {
    super(data.title);
    this.name = 'ReportedError';
    this.data = data;
  }
}

/** The value, or the error thrown. */
export function valueOf<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new ReportedError(result.error);
}

export function errorDataOf(error: unknown): AppErrorData {
  return error instanceof ReportedError ? error.data : toAppError(error).toData();
}

const usageCodes: ReadonlySet<string> = new Set([
  'cli.unknown-command',
  'cli.unknown-option',
  'cli.password-argument',
  'cli.bad-option-value',
  'cli.missing-argument',
  'cli.too-many-arguments',
  'contract.invalid-input',
  'lab.fault-unknown',
]);

export function exitCodeOf({ code }: AppErrorData): ExitCode {
  return usageCodes.has(code) ? 2 : 1;
}
