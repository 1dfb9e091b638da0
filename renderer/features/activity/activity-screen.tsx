// Runs: what is going on, and what was.
import { Button, Caption1, Spinner, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { PulseRegular } from '@fluentui/react-icons';
import { memo, useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { AppErrorData } from '../../../shared/errors/app-error.ts';
import type { RunState } from '../../../shared/events/run-state.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import { formatTime } from '../../../shared/words/format.ts';
import { formatRoute } from '../../state/route.ts';
import { useApp, useMirror } from '../../state/use-app.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorCard } from '../../ui/error-card.tsx';
import { Page } from '../../ui/page.tsx';
import { VerdictMark } from '../../ui/verdict-mark.tsx';
import { Leftovers } from './leftovers.tsx';
import { runMark } from './outcome-mark.ts';
import { RunView, titleOf } from './run-view.tsx';

const useStyles = makeStyles({
  columns: { display: 'flex', gap: tokens.spacingHorizontalL, flexGrow: 1, minHeight: 0 },
  list: {
    width: '248px',
    flexShrink: 0,
    overflow: 'auto',
    margin: 0,
    padding: tokens.spacingHorizontalXS,
    boxSizing: 'border-box',
    listStyleType: 'none',
    display: 'flex',
    flexDirection: 'column',
    gap: '2px',
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  entry: {
    display: 'flex',
    flexDirection: 'column',
    gap: '2px',
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: 'none',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  current: {
    backgroundColor: tokens.colorNeutralBackground1Selected,
    // A contrast theme takes the background away.
    '@media (forced-colors: active)': { outline: '2px solid Highlight', outlineOffset: '-2px' },
  },
  name: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', fontWeight: tokens.fontWeightSemibold },
  time: { color: tokens.colorNeutralForeground2 },
});

export function ActivityScreen() {
  const { route, history } = useApp();
  const runs = useMirror((mirror) => mirror.runs);
  const subject = useStore(route.store, (now) => now.subject);
  const newestFirst = useMemo(() => [...runs.values()].sort((a, b) => (a.runId < b.runId ? 1 : -1)), [runs]);
  const { hasLoaded, isLoading, error } = useStore(history.store);
  const wanted = subject === undefined ? newestFirst[0] : runs.get(subject as RunId);
  const notFound = useFoundRun(wanted === undefined ? subject : undefined);
  const run = wanted ?? (notFound === undefined ? undefined : newestFirst[0]);
  return (
    <Page title="Activity" subtitle="Backups that are running, and those that have run." actions={<Leftovers />}>
      {notFound === undefined ? null : <ErrorCard error={notFound} intent="warning" />}
      {run !== undefined ? (
        <RunColumns runs={newestFirst} run={run} />
      ) : subject !== undefined && notFound === undefined ? (
        <Spinner label="Looking for the run" />
      ) : !hasLoaded ? (
        // Without the history nobody can say that there was none.
        <>
          {error === undefined ? null : <ErrorCard error={error} />}
          {isLoading ? <Spinner label="Reading the history" /> : null}
        </>
      ) : (
        <EmptyState
          icon={<PulseRegular />}
          title="No backup has run yet"
          text="Choose the VMs you are about to change, and make a restore point of them first."
          action={
            <Button appearance="primary" onClick={() => route.go({ screen: 'back-up' })}>
              Back up…
            </Button>
          }
        />
      )}
    </Page>
  );
}

/** A link may lead to a run that no page of the history has brought yet. Undefined while it is looked for. */
function useFoundRun(runId: string | undefined): AppErrorData | undefined {
  const { history } = useApp();
  const epoch = useMirror((mirror) => mirror.epoch);
  const [failed, setFailed] = useState<{ readonly runId: string; readonly error: AppErrorData }>();
  useEffect(() => {
    if (runId === undefined) return undefined;
    let isGone = false;
    void history.actions.find(runId as RunId).then((error) => {
      if (!isGone && error !== undefined) setFailed({ runId, error });
    });
    return () => {
      isGone = true;
    };
  }, [history, runId, epoch]);
  return failed?.runId === runId ? failed?.error : undefined;
}

function RunColumns({ runs, run }: { readonly runs: readonly RunState[]; readonly run: RunState }) {
  const styles = useStyles();
  const { history } = useApp();
  const { nextBefore, isLoading, problems, error } = useStore(history.store);
  return (
    <div className={styles.columns}>
      <ul className={styles.list} aria-label="Runs">
        {runs.map((entry) => (
          <RunEntry key={entry.runId} run={entry} isOpen={entry.runId === run.runId} />
        ))}
        {nextBefore === undefined ? null : (
          <li>
            <Button appearance="subtle" disabled={isLoading} onClick={() => void history.actions.loadMore()}>
              Show earlier runs
            </Button>
          </li>
        )}
        {error === undefined ? null : (
          <li>
            <ErrorCard error={error} />
          </li>
        )}
        {problems.map((problem, index) => (
          <li key={`${problem.code} ${index}`}>
            <ErrorCard error={problem} intent="warning" />
          </li>
        ))}
      </ul>
      <RunView key={run.runId} run={run} />
    </div>
  );
}

/** There may be hundreds, and only one of them changes. */
const RunEntry = memo(function RunEntry({ run, isOpen }: { readonly run: RunState; readonly isOpen: boolean }) {
  const styles = useStyles();
  const { route } = useApp();
  const mark = runMark(run);
  return (
    <li>
      <a
        href={formatRoute({ screen: 'activity', subject: run.runId })}
        className={mergeClasses(styles.entry, isOpen && styles.current)}
        aria-current={isOpen ? 'true' : undefined}
        onClick={(event) => {
          event.preventDefault();
          route.go({ screen: 'activity', subject: run.runId });
        }}
      >
        <span className={styles.name}>{titleOf(run).replace('Backup of ', '')}</span>
        <Caption1 className={styles.time}>{formatTime(run.queuedAtMs)}</Caption1>
        <Caption1>
          <VerdictMark tone={mark.tone}>{mark.text}</VerdictMark>
        </Caption1>
      </a>
    </li>
  );
});
