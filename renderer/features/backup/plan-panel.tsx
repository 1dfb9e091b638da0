// How the chosen VMs are backed up, into which repository, and what will happen. Every figure is from `runs.preview`.
import { Body1, Button, Caption1, Spinner, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { PlayFilled } from '@fluentui/react-icons';
import { useStore } from 'zustand';
import type { BackupPreviewView } from '../../../shared/ipc/views.ts';
import { formatBytes } from '../../../shared/words/format.ts';
import { previewSentence } from '../../../shared/words/preview-words.ts';
import { useApp, useIsConnected, useMirror } from '../../state/use-app.ts';
import { Card } from '../../ui/card.tsx';
import { ErrorCard } from '../../ui/error-card.tsx';
import { VerdictMark } from '../../ui/verdict-mark.tsx';
import { RepositorySetup } from '../repository/repository-setup.tsx';
import { ConsistencyChooser } from './consistency-chooser.tsx';
import { ModeChooser } from './mode-chooser.tsx';

const useStyles = makeStyles({
  root: {
    width: 'clamp(340px, 34vw, 420px)',
    flexShrink: 0,
    display: 'flex',
    flexDirection: 'column',
    minHeight: 0,
    gap: tokens.spacingVerticalM,
  },
  scroller: {
    flexGrow: 1,
    minHeight: 0,
    overflow: 'auto',
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
  },
  refusals: {
    margin: 0,
    paddingLeft: 0,
    maxHeight: '140px',
    overflow: 'auto',
    listStyleType: 'none',
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXS,
  },
  // Of the choice before: seen for a moment, and nothing is begun by it.
  outdated: { opacity: 0.5 },
  refusal: { display: 'flex', flexDirection: 'column', overflowWrap: 'anywhere' },
  muted: { color: tokens.colorNeutralForeground2 },
  foretold: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  room: { display: 'block', color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
  start: { alignSelf: 'stretch' },
});

export function PlanPanel() {
  const styles = useStyles();
  const { plan } = useApp();
  const { preview, error, startError } = useStore(plan.store);
  const repository = useMirror((mirror) => mirror.snapshot?.repository);
  // Without one nothing can be begun: it comes first, and alone.
  if (repository?.location === undefined || !repository.hasPassword) {
    return (
      <div className={styles.root}>
        <div className={styles.scroller}>
          <RepositorySetup />
        </div>
      </div>
    );
  }
  return (
    <div className={styles.root}>
      <div className={styles.scroller} tabIndex={-1}>
        <Card label="How the VMs are backed up">
          <ModeChooser />
          <ConsistencyChooser />
        </Card>
      </div>
      {startError === undefined ? null : <ErrorCard error={startError} />}
      {error === undefined ? null : <ErrorCard error={error} />}
      <StartCard {...(preview === undefined || error !== undefined ? {} : { preview })} />
    </div>
  );
}

/** How much room the writes of the VMs have while their checkpoints stand. */
function Room({ preview }: { readonly preview: BackupPreviewView }) {
  const styles = useStyles();
  if (preview.volumes.length === 0) return null;
  const room = preview.volumes.map(
    ({ path, hostName, freeBytes }) => `${path} on ${hostName} ${formatBytes(freeBytes)}`,
  );
  return <Caption1 className={styles.room}>Free for AVHDX files: {room.join(', ')}.</Caption1>;
}

function StartCard({ preview }: { readonly preview?: BackupPreviewView }) {
  const styles = useStyles();
  const { plan, route } = useApp();
  const { isStarting, isCurrent, error } = useStore(plan.store);
  const isConnected = useIsConnected();
  const refusal = preview?.refusal;
  const start = async (): Promise<void> => {
    const runId = await plan.actions.start();
    if (runId !== undefined) route.go({ screen: 'activity', subject: runId });
  };
  return (
    <Card title="What will happen">
      {preview === undefined && error === undefined ? (
        <Spinner size="tiny" label="Working it out" labelPosition="after" />
      ) : null}
      {preview === undefined && error !== undefined ? <Body1>It is not known what would happen.</Body1> : null}
      {preview === undefined ? null : (
        <div className={mergeClasses(styles.foretold, !isCurrent && styles.outdated)} aria-busy={!isCurrent}>
          <Body1 role="status">{sentenceOf(preview)}</Body1>
          <Room preview={preview} />
          <Refused preview={preview} />
        </div>
      )}
      <Button
        className={styles.start}
        appearance="primary"
        size="large"
        icon={isStarting ? <Spinner size="tiny" /> : <PlayFilled />}
        disabledFocusable={preview === undefined || !isCurrent || refusal !== undefined || isStarting || !isConnected}
        onClick={() => void start()}
      >
        Start the backup
      </Button>
    </Card>
  );
}

/** Said before the button, so that nobody finds out afterwards. */
function Refused({ preview }: { readonly preview: BackupPreviewView }) {
  const styles = useStyles();
  const refused = preview.vms.filter((vm) => vm.refusal !== undefined);
  if (refused.length === 0) return null;
  return (
    <ul className={styles.refusals} aria-label="VMs that would be refused" tabIndex={0}>
      {refused.map((vm) => (
        <li key={vm.vmId} className={styles.refusal}>
          <VerdictMark tone="warning">
            <strong>{vm.refusal?.title}</strong>
          </VerdictMark>
          <Caption1 className={styles.muted}>{vm.refusal?.nextStep}</Caption1>
        </li>
      ))}
    </ul>
  );
}

function sentenceOf(preview: BackupPreviewView): string {
  const { refusal, vms } = preview;
  if (vms.length === 0) return 'Choose at least one VM in the list.';
  return refusal === undefined ? previewSentence(preview) : `${refusal.title}. ${refusal.nextStep}`;
}
