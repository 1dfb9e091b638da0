// One run: its state and figures at a glance, then each VM, or its log.
import { Body1, Caption1, Subtitle1, Tab, TabList, makeStyles, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import type { RunState } from '../../../shared/events/run-state.ts';
import { formatBytes, formatSeconds, formatTime, plural } from '../../../shared/words/format.ts';
import { readRateOf } from '../../../shared/words/read-rate.ts';
import { bytesOf, vmsOf } from '../../../shared/words/run-words.ts';
import { ErrorCard } from '../../ui/error-card.tsx';
import { useIsConnected } from '../../state/use-app.ts';
import { useNow } from '../../ui/use-now.ts';
import { VerdictMark } from '../../ui/verdict-mark.tsx';
import { CancelRun } from './cancel-run.tsx';
import { OpenQuestions } from './open-questions.tsx';
import { runMark } from './outcome-mark.ts';
import { RunLog } from './run-log.tsx';
import { VmCard } from './vm-card.tsx';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    flexGrow: 1,
    minWidth: 0,
    minHeight: 0,
  },
  head: { display: 'flex', justifyContent: 'space-between', alignItems: 'flex-start', gap: tokens.spacingHorizontalL },
  title: { margin: 0, display: 'block', overflowWrap: 'anywhere' },
  about: { color: tokens.colorNeutralForeground2 },
  figures: {
    display: 'flex',
    // In one row where there is room; in a narrow window the last ones go below instead of out of sight.
    flexWrap: 'wrap',
    margin: 0,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    flexShrink: 0,
  },
  figure: {
    display: 'flex',
    flexDirection: 'column-reverse',
    justifyContent: 'flex-end',
    gap: tokens.spacingVerticalXXS,
    flex: '1 0 auto',
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalM}`,
  },
  term: { color: tokens.colorNeutralForeground2 },
  value: {
    margin: 0,
    fontSize: tokens.fontSizeBase400,
    fontWeight: tokens.fontWeightSemibold,
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
  },
  list: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    overflow: 'auto',
    minHeight: 0,
    flexGrow: 1,
  },
});

/** So many VMs are shown with their details at once. */
const mostOpenVms = 4;

export function RunView({ run }: { readonly run: RunState }) {
  const styles = useStyles();
  const [tab, setTab] = useState<'vms' | 'log'>('vms');
  const isGoingOn = run.status !== 'ended';
  // While the backend is away nothing is known of now: the clocks stand still with the figures.
  const isConnected = useIsConnected();
  const nowMs = useNow(isGoingOn && isConnected);
  const vms = vmsOf(run);
  const mark = runMark(run);
  return (
    <section className={styles.root} aria-label={`Run ${run.runId}`}>
      <div className={styles.head}>
        <div>
          <Subtitle1 as="h2" className={styles.title}>
            {titleOf(run)}
          </Subtitle1>
          <Body1 className={styles.about}>
            <span role="status">
              <VerdictMark tone={mark.tone}>{mark.text}</VerdictMark>
            </span>{' '}
            · {run.mode} · started {formatTime(run.startedAtMs ?? run.queuedAtMs)} · {run.runId}
          </Body1>
        </div>
        {run.status === 'recovering' ? null : <CancelRun run={run} />}
      </div>
      {run.error === undefined ? null : <ErrorCard error={run.error} />}
      {run.warnings.map((warning, index) => (
        <ErrorCard key={`${warning.code} ${index}`} error={warning} intent="warning" />
      ))}
      <OpenQuestions run={run} nowMs={nowMs} />
      <Figures run={run} nowMs={nowMs} />
      <TabList selectedValue={tab} onTabSelect={(_event, data) => setTab(data.value === 'log' ? 'log' : 'vms')}>
        <Tab value="vms">{plural(vms.length, 'VM')}</Tab>
        <Tab value="log">Log</Tab>
      </TabList>
      <div className={styles.list} tabIndex={0} role="region" aria-label={tab === 'log' ? 'Log' : 'VMs of the run'}>
        {tab === 'log' ? (
          <RunLog run={run} />
        ) : (
          vms.map((vm) => (
            <VmCard
              key={vm.vmId}
              mode={run.mode}
              isQueued={run.status === 'queued'}
              vm={vm}
              nowMs={nowMs}
              isOpenAtFirst={vms.length <= mostOpenVms || vm.error !== undefined}
            />
          ))
        )}
      </div>
    </section>
  );
}

export function titleOf(run: RunState): string {
  const names = vmsOf(run).map((vm) => vm.name);
  const shown = names.slice(0, 3).join(', ');
  return `Backup of ${shown}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
}

function Figures({ run, nowMs }: { readonly run: RunState; readonly nowMs: number }) {
  const styles = useStyles();
  const vms = vmsOf(run);
  const sums = vms.map(bytesOf);
  const sum = (key: 'totalBytes' | 'readBytes' | 'skippedBytes' | 'storedBytes'): number =>
    sums.reduce((total, bytes) => total + bytes[key], 0);
  const rates = vms.flatMap((vm) => readRateOf(vm, nowMs)?.bytesPerSecond ?? []);
  const rate = rates.length === 0 ? undefined : rates.reduce((total, one) => total + one, 0);
  // Progress is not journaled: of a run that was interrupted nobody knows it, and 0 would be a lie.
  const known = vms.filter((vm) => vm.committedDisks.length > 0 || Object.keys(vm.disks).length > 0).length;
  const isKnown = known > 0;
  // How much there is to read of a VM shows when its disks are opened: a sum over some of them is called so.
  const ofSome = known < vms.length && isKnown ? ` (${known} of ${plural(vms.length, 'VM')})` : '';
  const elapsedMs = (run.endedAtMs ?? nowMs) - run.queuedAtMs;
  const figures: readonly (readonly [string, string])[] = [
    [`read${ofSome}`, isKnown ? `${formatBytes(sum('readBytes'))} of ${formatBytes(sum('totalBytes'))}` : '–'],
    ['newly stored', isKnown ? formatBytes(sum('storedBytes')) : '–'],
    ['skipped', isKnown ? formatBytes(sum('skippedBytes')) : '–'],
    ...(run.status === 'ended' ? [] : [['reading rate', rate === undefined ? '–' : `${formatBytes(rate)}/s`] as const]),
    [run.status === 'ended' ? 'took' : 'since the start', formatSeconds(elapsedMs)],
  ];
  return (
    <dl className={styles.figures} aria-label="Figures of the run">
      {figures.map(([term, value]) => (
        <div key={term} className={styles.figure}>
          <dt>
            <Caption1 className={styles.term}>{term}</Caption1>
          </dt>
          <dd className={styles.value}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
