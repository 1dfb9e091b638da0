import { errorSpec } from '../define-errors.ts';

export const hypervErrors = {
  'hyperv.placeholder': errorSpec('bug', (p: { reason: string }) => ({ title: p.reason, meaning: '', nextStep: '' })),
};
