// The proof: every chunk read back, decrypted, and its hash compared.
import { Body1, Button, Caption1, makeStyles, tokens } from '@fluentui/react-components';
import { DocumentCheckmarkRegular } from '@fluentui/react-icons';
import { useStore } from 'zustand';
import type { RestorePointView, VerificationView, VerifyView } from '../../../shared/ipc/views.ts';
import { formatBytes, formatTime, plural } from '../../../shared/words/format.ts';
import { useApp, useIsConnected } from '../../state/use-app.ts';
import { ErrorCard } from '../../ui/error-card.tsx';
import { OperationError } from '../../ui/operation-error.tsx';
import { OperationProgress } from '../../ui/operation-progress.tsx';
import { VerdictMark } from '../../ui/verdict-mark.tsx';
import { useOperation } from './use-operation.ts';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  button: { alignSelf: 'flex-start' },
  muted: { color: tokens.colorNeutralForeground2 },
  damages: { margin: 0, paddingLeft: tokens.spacingHorizontalXL, overflowWrap: 'anywhere' },
});

export function VerifySection({ point }: { readonly point: RestorePointView }) {
  const styles = useStyles();
  const { api } = useApp();
  const isConnected = useIsConnected();
  const { running, isBusy, isStopping, result, error, start, stop } = useOperation<VerifyView>('verify', point.id);
  return (
    <section className={styles.root} aria-label="Verification">
      <LastVerification verification={newerOf(point.verification, result?.restorePoint.verification)} />
      {result === undefined || result.isIntact ? null : <Damages view={result} />}
      {error === undefined ? null : <OperationError error={error} />}
      <Button
        className={styles.button}
        icon={<DocumentCheckmarkRegular />}
        // Stays where it is while it works: whoever pressed it by the keyboard is still there afterwards.
        disabledFocusable={!isConnected || isBusy}
        onClick={() => start((operationId) => api.restorePoints.verify({ id: point.id, operationId }))}
      >
        Verify
      </Button>
      {running === undefined ? null : (
        <OperationProgress
          operation={running}
          label="Reading back and checking every chunk"
          isStopping={isStopping}
          onStop={isConnected ? stop : undefined}
        />
      )}
    </section>
  );
}

/** The list is read again when a verification has ended; until then the answer knows more. */
function newerOf(
  listed: VerificationView | undefined,
  own: VerificationView | undefined,
): VerificationView | undefined {
  if (listed === undefined || own === undefined) return listed ?? own;
  return own.atMs > listed.atMs ? own : listed;
}

function LastVerification({ verification }: { readonly verification: VerificationView | undefined }) {
  const styles = useStyles();
  const { restorePoints } = useApp();
  const isKnown = useStore(restorePoints.store, (state) => state.problems.length === 0);
  if (verification === undefined) {
    return (
      <Caption1 className={styles.muted}>
        {isKnown
          ? 'Not verified by this Stillpoint yet.'
          : 'Whether it was ever verified is not known: the record cannot be read.'}
      </Caption1>
    );
  }
  const { isIntact, atMs, checkedBytes, damageCount } = verification;
  return (
    <div role="status">
      <VerdictMark tone={isIntact ? 'good' : 'bad'}>
        <strong>{isIntact ? 'Verified: intact' : `Verified: ${plural(damageCount, 'damage')} found`}</strong>
      </VerdictMark>
      <Caption1 block className={styles.muted}>
        {formatTime(atMs)}. {formatBytes(checkedBytes)} read back, decrypted, and compared by SHA-256.
      </Caption1>
    </div>
  );
}

const mostDamages = 20;

function Damages({ view }: { readonly view: VerifyView }) {
  const styles = useStyles();
  const damages = [...view.disks.flatMap((disk) => disk.damages), ...view.otherDamages];
  const structure = view.disks.flatMap((disk) => disk.structureError ?? []);
  return (
    <>
      {structure.map((error, index) => (
        <ErrorCard key={`${error.code} ${index}`} error={error} />
      ))}
      {damages.length === 0 ? null : (
        <>
          <Body1>What is damaged or missing:</Body1>
          <ul className={styles.damages}>
            {damages.slice(0, mostDamages).map((damage, index) => (
              <li key={`${damage.object} ${index}`}>
                {damage.path ?? damage.object}: {damage.kind}, {damage.reason}
              </li>
            ))}
            {view.damageCount > mostDamages ? <li>and {view.damageCount - mostDamages} more</li> : null}
          </ul>
        </>
      )}
    </>
  );
}
