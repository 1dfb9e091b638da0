// A quiet box with a heading.
import { Subtitle2, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    minWidth: 0,
    padding: tokens.spacingHorizontalL,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  head: { display: 'flex', alignItems: 'center', justifyContent: 'space-between', gap: tokens.spacingHorizontalM },
  title: { margin: 0, display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS },
});

export interface CardProps {
  readonly title?: ReactNode;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
  readonly className?: string;
  /** For tests and for a screen reader, where the title is not text. */
  readonly label?: string;
}

export function Card({ title, actions, children, className, label }: CardProps) {
  const styles = useStyles();
  return (
    <section
      className={mergeClasses(styles.root, className)}
      aria-label={label ?? (typeof title === 'string' ? title : undefined)}
    >
      {title === undefined ? null : (
        <div className={styles.head}>
          <Subtitle2 as="h2" className={styles.title}>
            {title}
          </Subtitle2>
          {actions}
        </div>
      )}
      {children}
    </section>
  );
}
