// Facts as pairs of a word and a value.
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
  root: {
    display: 'grid',
    gridTemplateColumns: 'max-content minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalL,
    rowGap: tokens.spacingVerticalXS,
    margin: 0,
    alignItems: 'baseline',
  },
  term: { color: tokens.colorNeutralForeground2 },
  value: { margin: 0, overflowWrap: 'anywhere', userSelect: 'text' },
});

export interface KeyValuesProps {
  readonly entries: readonly (readonly [term: string, value: ReactNode])[];
  readonly className?: string;
}

export function KeyValues({ entries, className }: KeyValuesProps) {
  const styles = useStyles();
  return (
    <dl className={mergeClasses(styles.root, className)}>
      {entries.map(([term, value]) => [
        <dt key={`${term} term`} className={styles.term}>
          {term}
        </dt>,
        <dd key={`${term} value`} className={styles.value}>
          {value}
        </dd>,
      ])}
    </dl>
  );
}
