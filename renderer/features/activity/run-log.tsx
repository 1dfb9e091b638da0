// What happened in a run, in sentences, with the time of each.
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { memo } from 'react';
import type { RunState } from '../../../shared/events/run-state.ts';
import { formatTime } from '../../../shared/words/format.ts';
import { isSameStory, runStory } from '../../../shared/words/run-story.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Card } from '../../ui/card.tsx';

const useStyles = makeStyles({
  list: {
    margin: 0,
    padding: 0,
    listStyleType: 'none',
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXS,
  },
  line: {
    display: 'grid',
    gridTemplateColumns: '72px minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalM,
    userSelect: 'text',
    overflowWrap: 'anywhere',
  },
  time: { color: tokens.colorNeutralForeground3, fontVariantNumeric: 'tabular-nums' },
  good: { color: tokens.colorStatusSuccessForeground1 },
  warning: { color: tokens.colorStatusWarningForeground3 },
  bad: { color: tokens.colorStatusDangerForeground1 },
  plain: {},
});

/** Told anew only when there is something new to tell: figures come many times a second, and are not in it. */
export const RunLog = memo(function RunLog({ run }: { readonly run: RunState }) {
  const styles = useStyles();
  const lines = runStory(run);
  const text = lines.map((line) => `${formatTime(line.atMs)}  ${line.text}`).join('\n');
  return (
    <Card title="Log" actions={<CopyButton text={text} label="Copy the log" />}>
      <ol className={styles.list} aria-label="Log of the run">
        {lines.map((line, index) => (
          <li key={`${line.atMs} ${index}`} className={styles.line}>
            <time className={styles.time} dateTime={new Date(line.atMs).toISOString()} title={formatTime(line.atMs)}>
              {formatTime(line.atMs).slice(11)}
            </time>
            <span className={mergeClasses(styles[line.tone])}>{line.text}</span>
          </li>
        ))}
      </ol>
    </Card>
  );
}, tellSameStory);

function tellSameStory(before: { readonly run: RunState }, now: { readonly run: RunState }): boolean {
  return isSameStory(before.run, now.run);
}
