// What a decoder throws: the reason alone. Whoever knows the file's name makes the AppError of it.

export class FormatError extends Error {
  constructor(reason: string, options?: { readonly cause?: unknown }) {
    super(reason, options);
    this.name = 'FormatError';
  }
}

/** The words to put into an error about a file; anything but a FormatError is a bug and is thrown on. */
export function formatReason(error: unknown): string {
  if (error instanceof FormatError) return error.message;
  throw error;
}
