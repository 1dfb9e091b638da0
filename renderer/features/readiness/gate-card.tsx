// One of the three gates: what is needed, what was found, whether it passes, and what to do.
import { Body1, Caption1, Subtitle2, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { GateView } from '../../../shared/ipc/views.ts';
import { VerdictMark } from '../../ui/verdict-mark.tsx';
import { FixSteps } from './fix-steps.tsx';
import { gateWords } from './verdict-words.ts';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    minWidth: 0,
    padding: tokens.spacingHorizontalL,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderTopWidth: '3px',
    borderRadius: tokens.borderRadiusLarge,
  },
  pass: { borderTopColor: tokens.colorStatusSuccessBorder2 },
  fail: { borderTopColor: tokens.colorStatusDangerBorder2 },
  unknown: { borderTopColor: tokens.colorNeutralStrokeAccessible },
  head: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM },
  title: { margin: 0, display: 'block' },
  verdict: { color: tokens.colorNeutralForeground2 },
  values: { display: 'flex', flexDirection: 'column', gap: '2px', listStyleType: 'none', margin: 0, padding: 0 },
  value: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalXS },
  found: { flexGrow: 1, minWidth: 0, overflowWrap: 'anywhere', fontWeight: tokens.fontWeightSemibold },
  count: { whiteSpace: 'nowrap', color: tokens.colorNeutralForeground2, fontVariantNumeric: 'tabular-nums' },
  summary: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
});

const mostValues = 6;

export function GateCard({ gate }: { readonly gate: GateView }) {
  const styles = useStyles();
  const { tone, text } = gateWords[gate.verdict];
  const values = gate.values.slice(0, mostValues);
  return (
    <section className={mergeClasses(styles.root, styles[gate.verdict])} aria-label={`Gate: ${gate.title}`}>
      <div className={styles.head}>
        <VerdictMark tone={tone} size="large" />
        <div>
          <Subtitle2 as="h2" className={styles.title}>
            {gate.title}
          </Subtitle2>
          <Caption1 className={styles.verdict}>{text}</Caption1>
        </div>
      </div>
      <Caption1 className={styles.verdict}>Needed: {gate.needed}</Caption1>
      {values.length === 0 ? null : (
        <ul className={styles.values} aria-label="What was found">
          {values.map(({ value, count, verdict }) => (
            <li key={`${verdict} ${value}`} className={styles.value}>
              <VerdictMark tone={gateWords[verdict].tone} />
              <span className={styles.found}>{value}</span>
              {gate.id === 'functional-level' ? null : <span className={styles.count}>× {count}</span>}
            </li>
          ))}
          {gate.values.length > values.length ? <li>and {gate.values.length - values.length} more</li> : null}
        </ul>
      )}
      {gate.verdict === 'pass' ? null : <Body1 className={styles.summary}>{gate.summary}</Body1>}
      {gate.fixes.length === 0 ? null : <FixSteps fixes={gate.fixes} subject={gate.title} />}
    </section>
  );
}

/** A site without a cluster has two gates; the third place says why. */
export function NoClusterCard() {
  const styles = useStyles();
  return (
    <section className={mergeClasses(styles.root, styles.unknown)} aria-label="Gate: Cluster functional level">
      <div className={styles.head}>
        <VerdictMark tone="plain" size="large" />
        <div>
          <Subtitle2 as="h2" className={styles.title}>
            Cluster functional level
          </Subtitle2>
          <Caption1 className={styles.verdict}>Does not apply</Caption1>
        </div>
      </div>
      <Body1 className={styles.summary}>This site has no cluster. Its VMs need the other two gates alone.</Body1>
    </section>
  );
}
