import { errorSpec } from '../define-errors.ts';

export const cliErrors = {
  'cli.placeholder': errorSpec('bug', (p: { reason: string }) => ({ title: p.reason, meaning: '', nextStep: '' })),
};
