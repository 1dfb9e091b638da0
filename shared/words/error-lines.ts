// An error as an admin reads it: what, why, what to do.
import type { AppErrorData } from '../errors/app-error.ts';

export function errorLines(error: AppErrorData, isVerbose: boolean): readonly string[] {
  const { title, meaning, nextStep, code, category, details } = error;
  return [
    `Error: ${title}`,
    `  ${meaning}`,
    `  What to do: ${nextStep}`,
    ...(isVerbose ? technicalDetails({ code, category, details }) : []),
  ];
}

/** The same for something that did not stop the work. */
export function warningLines({ title, meaning, nextStep }: AppErrorData): readonly string[] {
  return [`Warning: ${title}`, `  ${meaning}`, `  What to do: ${nextStep}`];
}

function technicalDetails({ code, category, details }: Pick<AppErrorData, 'code' | 'category' | 'details'>): string[] {
  const lines = details.flatMap((detail) => detail.split('\n'));
  return ['  Technical details:', ...[`${code} (${category})`, ...lines].map((line) => `    ${line}`)];
}
