// The proof: every chunk read back, decrypted, and its hash compared.
import { Body1, Button, Caption1, makeStyles, tokens } from '@fluentui/react-components';
import { DocumentCheckmarkRegular } from '@fluentui/react-icons';
import type { RestorePointView, VerifyView } from '../../../shared/ipc/views.ts';
import { formatBytes, formatTime, plural } from '../../../shared/words/format.ts';
import { useApp, useIsConnected } from '../../state/use-app.ts';
import { ErrorCard } from '../../ui/error-card.tsx';
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
  const { running, result, error, start, cancel } = useOperation<VerifyView>('verify', point.id);
  return (
    <section className={styles.root} aria-label="Verification">
      <LastVerification point={point} />
      {result === undefined || result.isIntact ? null : <Damages view={result} />}
      {error === undefined ? null : <ErrorCard error={error} />}
      {running === undefined ? (
        <Button
          className={styles.button}
          icon={<DocumentCheckmarkRegular />}
          disabled={!isConnected}
          onClick={() => void start((operationId) => api.restorePoints.verify({ id: point.id, operationId }))}
        >
          Verify
        </Button>
      ) : (
        <OperationProgress operation={running} label="Reading back and checking every chunk" onCancel={cancel} />
      )}
    </section>
  );
}

function LastVerification({ point: { verification } }: { readonly point: RestorePointView }) {
  const styles = useStyles();
  if (verification === undefined) {
    return <Caption1 className={styles.muted}>Not verified by this Stillpoint yet.</Caption1>;
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
