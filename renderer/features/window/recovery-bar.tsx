// What the last start found unfinished and put right. Stays until it is closed: it is not news that may be missed.
import {
  Button,
  Link,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import type { RunState } from '../../../shared/events/run-state.ts';
import { formatTime } from '../../../shared/words/format.ts';
import { vmsOf } from '../../../shared/words/run-words.ts';
import { useApp, useMirror } from '../../state/use-app.ts';
import { recoveredWords } from './recovered-words.ts';
import { ErrorCard } from '../../ui/error-card.tsx';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    margin: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalXXL} 0`,
  },
});

export function RecoveryBar() {
  const styles = useStyles();
  const recovery = useMirror((mirror) => mirror.snapshot?.recovery);
  const [closed, setClosed] = useState<string>();
  if (recovery === undefined || recovery.runs.length + recovery.problems.length === 0) return null;
  // Of this start, not of this snapshot: a reconnect does not bring back what was closed.
  const start = recovery.runs.map((run) => `${run.runId} ${run.lastSeq}`).join();
  if (recovery.runs.length > 0 && start === closed) return null;
  return (
    <div className={styles.root}>
      {recovery.runs.map((run) => (
        <RecoveredRun key={run.runId} run={run} onClose={() => setClosed(start)} />
      ))}
      {recovery.problems.map((problem, index) => (
        <ErrorCard key={`${problem.code} ${index}`} error={problem} intent="warning" />
      ))}
    </div>
  );
}

function RecoveredRun({ run, onClose }: { readonly run: RunState; readonly onClose: () => void }) {
  const { route } = useApp();
  // The run may have been settled further since the start.
  const now = useMirror((mirror) => mirror.runs.get(run.runId)) ?? run;
  const names = vmsOf(now).map((vm) => vm.name);
  const { isSettled, text } = recoveredWords(now);
  return (
    <MessageBar intent={isSettled ? 'warning' : 'error'} layout="multiline" politeness="polite">
      <MessageBarBody>
        <MessageBarTitle>
          The backup of {names.join(', ')} from {formatTime(now.queuedAtMs)} was interrupted
        </MessageBarTitle>
        {text}{' '}
        <Link
          inline
          href={`#/activity/${now.runId}`}
          onClick={(event) => {
            event.preventDefault();
            route.go({ screen: 'activity', subject: now.runId });
          }}
        >
          Show what happened
        </Link>
      </MessageBarBody>
      <MessageBarActions
        containerAction={
          <Button
            appearance="transparent"
            aria-label="Close this message"
            icon={<DismissRegular />}
            onClick={onClose}
          />
        }
      />
    </MessageBar>
  );
}
