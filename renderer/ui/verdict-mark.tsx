// Pass, fail, not known: a sign and a word, never a colour alone.
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import {
  CheckmarkCircleFilled,
  ErrorCircleFilled,
  InfoFilled,
  QuestionCircleFilled,
  SubtractCircleFilled,
  WarningFilled,
} from '@fluentui/react-icons';
import type { ReactNode } from 'react';

export type Tone = 'good' | 'bad' | 'warning' | 'unknown' | 'plain' | 'info';

const icons: Readonly<Record<Tone, ReactNode>> = {
  good: <CheckmarkCircleFilled />,
  bad: <ErrorCircleFilled />,
  warning: <WarningFilled />,
  unknown: <QuestionCircleFilled />,
  plain: <SubtractCircleFilled />,
  info: <InfoFilled />,
};

const useStyles = makeStyles({
  root: {
    display: 'inline-flex',
    alignItems: 'center',
    verticalAlign: 'middle',
    gap: tokens.spacingHorizontalXS,
    maxWidth: '100%',
    lineHeight: tokens.lineHeightBase300,
  },
  icon: { display: 'inline-flex', flexShrink: 0, fontSize: '16px' },
  large: { fontSize: '28px' },
  good: { color: tokens.colorStatusSuccessForeground1 },
  bad: { color: tokens.colorStatusDangerForeground1 },
  warning: { color: tokens.colorStatusWarningForeground3 },
  unknown: { color: tokens.colorNeutralForeground3 },
  plain: { color: tokens.colorNeutralForeground3 },
  info: { color: tokens.colorBrandForeground1 },
});

export interface VerdictMarkProps {
  readonly tone: Tone;
  readonly children?: ReactNode;
  readonly size?: 'medium' | 'large';
}

export function VerdictMark({ tone, children, size = 'medium' }: VerdictMarkProps) {
  const styles = useStyles();
  return (
    <span className={styles.root}>
      <span aria-hidden className={mergeClasses(styles.icon, styles[tone], size === 'large' && styles.large)}>
        {icons[tone]}
      </span>
      {children}
    </span>
  );
}
