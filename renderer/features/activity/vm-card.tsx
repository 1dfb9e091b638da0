// One VM of a run: where it is, what was read, what came of it.
import { Button, Caption1, Link, makeStyles, tokens } from '@fluentui/react-components';
import { ChevronDownRegular, ChevronRightRegular } from '@fluentui/react-icons';
import { memo, useState } from 'react';
import type { VmRunState } from '../../../shared/events/run-state.ts';
import { formatBytes, shortId } from '../../../shared/words/format.ts';
import type { BackupMode } from '../../../shared/model/restore-point.ts';
import { consistencyWords, phaseLine } from '../../../shared/words/run-words.ts';
import { hostWord } from '../../format/host-word.ts';
import { useApp } from '../../state/use-app.ts';
import { Card } from '../../ui/card.tsx';
import { ErrorCard } from '../../ui/error-card.tsx';
import { VerdictMark } from '../../ui/verdict-mark.tsx';
import { CheckpointGauge } from './checkpoint-gauge.tsx';
import { DiskProgressList } from './disk-progress.tsx';
import { outcomeMark } from './outcome-mark.ts';
import { phaseSteps } from './phase-steps.ts';
import { PhaseTimeline } from './phase-timeline.tsx';

const useStyles = makeStyles({
  title: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, minWidth: 0 },
  host: { color: tokens.colorNeutralForeground2, fontWeight: tokens.fontWeightRegular },
  now: { color: tokens.colorNeutralForeground2 },
  result: { display: 'flex', flexWrap: 'wrap', columnGap: tokens.spacingHorizontalS },
});

export interface VmCardProps {
  readonly mode: BackupMode;
  /** The whole run waits. */
  readonly isQueued: boolean;
  readonly vm: VmRunState;
  readonly nowMs: number;
  readonly isOpenAtFirst: boolean;
}

/** Drawn anew only when its own VM has changed, or a second has passed: most events are about another one. */
export const VmCard = memo(function VmCard({ mode, isQueued, vm, nowMs, isOpenAtFirst }: VmCardProps) {
  const styles = useStyles();
  const [choice, setChoice] = useState<boolean>();
  const isOpen = choice ?? isOpenAtFirst;
  const mark = outcomeMark(vm.outcome);
  return (
    <Card
      label={`Backup of ${vm.name}`}
      title={
        <span className={styles.title}>
          <Button
            appearance="transparent"
            size="small"
            icon={isOpen ? <ChevronDownRegular /> : <ChevronRightRegular />}
            aria-label={`${isOpen ? 'Hide' : 'Show'} the details of ${vm.name}`}
            aria-expanded={isOpen}
            onClick={() => setChoice(!isOpen)}
          />
          {vm.name}
          <Caption1 className={styles.host}>on {hostWord(vm.hostId)}</Caption1>
        </span>
      }
      actions={
        mark === undefined ? (
          <Caption1 className={styles.now}>{isQueued ? 'queued' : phaseLine(vm.phase)}</Caption1>
        ) : (
          <VerdictMark tone={mark.tone}>{mark.text}</VerdictMark>
        )
      }
    >
      <PhaseTimeline steps={phaseSteps(vm, mode, nowMs)} vmName={vm.name} />
      {isOpen ? (
        <>
          <CheckpointGauge vm={vm} nowMs={nowMs} />
          <DiskProgressList vm={vm} />
          <Result vm={vm} />
          {vm.error === undefined ? null : <ErrorCard error={vm.error} />}
          {vm.warnings.map((warning, index) => (
            <ErrorCard key={`${warning.code} ${index}`} error={warning} intent="warning" />
          ))}
        </>
      ) : null}
    </Card>
  );
});

function mergeWords({ mergeConfirmedAtMs, outcome }: VmRunState): string {
  if (mergeConfirmedAtMs !== undefined) return 'Merge confirmed.';
  return outcome === undefined ? 'The merge is not confirmed yet.' : 'The merge was not confirmed.';
}

function Result({ vm }: { readonly vm: VmRunState }) {
  const styles = useStyles();
  const { route } = useApp();
  const { restorePointId, checkpoint, committedDisks } = vm;
  if (restorePointId === undefined) return null;
  const stored = committedDisks.reduce((sum, disk) => sum + disk.storedBytes, 0);
  return (
    <span className={styles.result}>
      <span>
        Restore point{' '}
        <Link
          inline
          href={`#/restore-points/${restorePointId}`}
          onClick={(event) => {
            event.preventDefault();
            route.go({ screen: 'restore-points', subject: restorePointId });
          }}
        >
          {shortId(restorePointId)}
        </Link>
        {checkpoint === undefined ? '' : `, ${consistencyWords(checkpoint.consistency, checkpoint.quiescing)}`},{' '}
        {formatBytes(stored)} new in the repository.
      </span>
      <span>{mergeWords(vm)}</span>
    </span>
  );
}
