import { errorSpec } from '../define-errors.ts';

export const repositoryErrors = {
  'repository.placeholder': errorSpec('bug', (p: { reason: string }) => ({
    title: p.reason,
    meaning: '',
    nextStep: '',
  })),
};
