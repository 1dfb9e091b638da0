// The one error class of the product, and its form as data (errors cross every boundary as data).
import { errorCatalogue, type ErrorCode, type ErrorParamsOf } from './catalogue.ts';
import type { ErrorCategory, ErrorParams, ErrorSpec, ErrorText } from './define-errors.ts';

/** An error as it crosses the contract, the journal and `--json`. Everything an admin needs is in it. */
export interface AppErrorData extends ErrorText {
  readonly code: ErrorCode;
  readonly category: ErrorCategory;
  readonly params: ErrorParams;
  /** Raw text of the causes, innermost last. Shown only under Technical details. */
  readonly details: readonly string[];
}

export class AppError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly params: ErrorParamsOf<C>;

  constructor(code: C, params: ErrorParamsOf<C>, options?: { readonly cause?: unknown }) {
    super(`${code}: ${specOf(code).text(params).title}`, options);
    this.name = 'AppError';
    this.code = code;
    this.params = params;
  }

  get category(): ErrorCategory {
    return specOf(this.code).category;
  }

  get text(): ErrorText {
    return specOf(this.code).text(this.params);
  }

  toData(): AppErrorData {
    return {
      code: this.code,
      category: this.category,
      params: this.params,
      ...this.text,
      details: causesOf(this.cause),
    };
  }
}

export function isAppError<C extends ErrorCode>(error: unknown, code?: C): error is AppError<C> {
  return error instanceof AppError && (code === undefined || error.code === code);
}

/** Any thrown value as an AppError: our own as it is, everything else as `bug.unexpected` with its text kept. */
export function toAppError(error: unknown): AppError {
  if (isAppError(error)) return error;
  const reason = error instanceof Error ? error.message : describeValue(error);
  return new AppError('bug.unexpected', { reason }, { cause: error });
}

function specOf<C extends ErrorCode>(code: C): ErrorSpec<ErrorParamsOf<C>> {
  return errorCatalogue[code] as unknown as ErrorSpec<ErrorParamsOf<C>>;
}

function causesOf(cause: unknown, depth = 0): readonly string[] {
  if (cause === undefined || depth > 8) return [];
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : describeValue(cause);
  return [text, ...(cause instanceof Error ? causesOf(cause.cause, depth + 1) : [])];
}

function describeValue(value: unknown): string {
  if (typeof value === 'string') return value;
  const json: unknown = JSON.stringify(value);
  return typeof json === 'string' ? json : typeof value;
}
