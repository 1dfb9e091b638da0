// Why a long operation did not come to its end. One that was stopped on request has not failed: it is said, without alarm.
import type { AppErrorData } from '../../shared/errors/app-error.ts';
import { ErrorCard } from './error-card.tsx';
import { VerdictMark } from './verdict-mark.tsx';

export function OperationError({ error }: { readonly error: AppErrorData }) {
  if (error.code !== 'console.operation-cancelled') return <ErrorCard error={error} />;
  return (
    <div role="status">
      <VerdictMark tone="plain">Stopped before it was complete. {error.meaning}</VerdictMark>
    </div>
  );
}
