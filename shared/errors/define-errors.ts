// How an error is declared. Every error the product can show stands in exactly one catalogue file, with its words
// beside it, so that no code exists without a title, a meaning and a next step.

/**
 * - `user`: the admin can mend it (a wrong password, an unknown name).
 * - `environment`: a host, a volume, a permission, the network.
 * - `transient`: worth trying again as it is.
 * - `integrity`: data cannot be trusted. Never retried by itself, nothing is deleted because of it.
 * - `bug`: ours.
 */
export type ErrorCategory = 'user' | 'environment' | 'transient' | 'integrity' | 'bug';

/** What the admin reads. `title` names the thing, `meaning` the cause, `nextStep` what to do. */
export interface ErrorText {
  readonly title: string;
  readonly meaning: string;
  readonly nextStep: string;
}

/** JSON-safe facts about what happened. */
export type ErrorParams = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export interface ErrorSpec<P extends ErrorParams> {
  readonly category: ErrorCategory;
  readonly text: (params: P) => ErrorText;
}

/** One entry of a catalogue. Exists to infer the parameter type from the text function. */
export function errorSpec<P extends ErrorParams>(
  category: ErrorCategory,
  text: (params: P) => ErrorText,
): ErrorSpec<P> {
  return { category, text };
}
