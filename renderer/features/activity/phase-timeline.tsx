// The way of one VM through its phases, as steps with the time each took.
import { Caption2, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import {
  CheckmarkCircleFilled,
  CircleRegular,
  DismissCircleFilled,
  RecordFilled,
  SubtractCircleRegular,
} from '@fluentui/react-icons';
import type { ReactNode } from 'react';
import { formatSeconds } from '../../../shared/words/format.ts';
import { stepNames, type PhaseStep, type StepState } from './phase-steps.ts';

const useStyles = makeStyles({
  root: { display: 'flex', listStyleType: 'none', margin: 0, padding: 0, minWidth: 0 },
  step: { flex: '1 1 0', minWidth: 0, display: 'flex', flexDirection: 'column', gap: '2px', position: 'relative' },
  lastStep: { flex: '0 0 auto' },
  rail: { display: 'flex', alignItems: 'center', height: '20px' },
  icon: { display: 'inline-flex', fontSize: '18px', flexShrink: 0 },
  line: {
    flexGrow: 1,
    height: '2px',
    marginLeft: '4px',
    marginRight: '4px',
    backgroundColor: tokens.colorNeutralStroke1,
    // A contrast theme takes backgrounds away, except its own colours.
    '@media (forced-colors: active)': { backgroundColor: 'CanvasText' },
  },
  lineDone: {
    backgroundColor: tokens.colorCompoundBrandStroke,
    '@media (forced-colors: active)': { backgroundColor: 'Highlight' },
  },
  name: {
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    paddingRight: tokens.spacingHorizontalXS,
    color: tokens.colorNeutralForeground2,
  },
  currentName: { fontWeight: tokens.fontWeightSemibold, color: tokens.colorNeutralForeground1 },
  time: { color: tokens.colorNeutralForeground3, fontVariantNumeric: 'tabular-nums', minHeight: '14px' },
  done: { color: tokens.colorCompoundBrandForeground1 },
  current: {
    color: tokens.colorCompoundBrandForeground1,
    animationName: { from: { opacity: 1 }, '50%': { opacity: 0.4 }, to: { opacity: 1 } },
    animationDuration: '1.6s',
    animationIterationCount: 'infinite',
  },
  ahead: { color: tokens.colorNeutralForeground3 },
  failed: { color: tokens.colorStatusDangerForeground1 },
  'passed-over': { color: tokens.colorNeutralForeground3 },
});

const icons: Readonly<Record<StepState, ReactNode>> = {
  done: <CheckmarkCircleFilled />,
  current: <RecordFilled />,
  ahead: <CircleRegular />,
  failed: <DismissCircleFilled />,
  'passed-over': <SubtractCircleRegular />,
};

const stateWords: Readonly<Record<StepState, string>> = {
  done: 'done',
  current: 'in progress',
  ahead: 'still to come',
  failed: 'not completed',
  'passed-over': 'not entered',
};

export function PhaseTimeline({ steps, vmName }: { readonly steps: readonly PhaseStep[]; readonly vmName: string }) {
  const styles = useStyles();
  return (
    <ol className={styles.root} aria-label={`Phases of ${vmName}`}>
      {steps.map((step, index) => (
        <li
          key={step.phase}
          className={mergeClasses(styles.step, index === steps.length - 1 && styles.lastStep)}
          data-phase={step.phase}
          data-state={step.state}
          aria-current={step.state === 'current' ? 'step' : undefined}
          aria-label={`${stepNames[step.phase]}: ${stateWords[step.state]}${step.durationMs === undefined ? '' : `, ${formatSeconds(step.durationMs)}`}`}
        >
          <span className={styles.rail} aria-hidden>
            <span className={mergeClasses(styles.icon, styles[step.state])}>{icons[step.state]}</span>
            {index === steps.length - 1 ? null : (
              <span className={mergeClasses(styles.line, step.state === 'done' && styles.lineDone)} />
            )}
          </span>
          <Caption2 className={mergeClasses(styles.name, step.state === 'current' && styles.currentName)}>
            {stepNames[step.phase]}
          </Caption2>
          <Caption2 className={styles.time}>
            {step.durationMs === undefined ? '' : formatSeconds(step.durationMs)}
          </Caption2>
        </li>
      ))}
    </ol>
  );
}
