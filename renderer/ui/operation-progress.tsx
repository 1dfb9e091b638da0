// How far a long operation is, and a way to stop it. Without a total there is no percentage to be shown.
import { Button, Caption1, Field, ProgressBar, makeStyles, tokens } from '@fluentui/react-components';
import type { OperationView } from '../../shared/ipc/views.ts';
import { formatBytes } from '../../shared/words/format.ts';

const useStyles = makeStyles({
  root: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM },
  bar: { flexGrow: 1 },
  // Fluent's own is lost on a dark card.
  track: { backgroundColor: tokens.colorNeutralStroke2 },
  figures: { fontVariantNumeric: 'tabular-nums', color: tokens.colorNeutralForeground2 },
});

export interface OperationProgressProps {
  readonly operation: OperationView;
  readonly label: string;
  readonly isStopping: boolean;
  /** Absent while nobody could be asked to stop it. */
  readonly onStop?: (() => void) | undefined;
}

export function OperationProgress({ operation, label, isStopping, onStop }: OperationProgressProps) {
  const { doneBytes, totalBytes } = operation;
  const styles = useStyles();
  const known = totalBytes > 0;
  return (
    <div className={styles.root}>
      <Field
        className={styles.bar}
        validationState="none"
        validationMessage={
          <Caption1 className={styles.figures}>
            {label}
            {known ? `: ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}` : ' …'}
          </Caption1>
        }
      >
        <ProgressBar
          className={styles.track}
          aria-label={label}
          thickness="large"
          {...(known ? { value: doneBytes, max: totalBytes } : {})}
        />
      </Field>
      <Button size="small" disabled={isStopping || onStop === undefined} onClick={onStop}>
        {isStopping ? 'Stopping …' : 'Stop'}
      </Button>
    </div>
  );
}
