import { errorSpec } from '../define-errors.ts';

export const vhdxErrors = {
  'vhdx.placeholder': errorSpec('bug', (p: { reason: string }) => ({ title: p.reason, meaning: '', nextStep: '' })),
};
