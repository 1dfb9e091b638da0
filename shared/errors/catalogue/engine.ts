import { errorSpec } from '../define-errors.ts';

export const engineErrors = {
  'engine.placeholder': errorSpec('bug', (p: { reason: string }) => ({ title: p.reason, meaning: '', nextStep: '' })),
};
