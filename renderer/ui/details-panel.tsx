// The pane beside a list with what there is to say about one entry, as Windows Admin Center has it.
import { Button, Subtitle1, makeStyles, tokens } from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import { useRef, type KeyboardEvent, type ReactNode } from 'react';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    width: '388px',
    flexShrink: 0,
    minHeight: 0,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  head: {
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalS} ${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
  },
  title: { margin: 0, overflowWrap: 'anywhere' },
  body: {
    flexGrow: 1,
    overflow: 'auto',
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalL,
    padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalL}`,
  },
});

export interface DetailsPanelProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function DetailsPanel({ title, onClose, children }: DetailsPanelProps) {
  const styles = useStyles();
  const root = useRef<HTMLElement>(null);
  const close = (panel: HTMLElement): void => {
    const isInside = panel.contains(document.activeElement);
    const opener = panel.parentElement?.querySelector<HTMLElement>('[data-open]');
    onClose();
    // The panel takes the keyboard with it: it goes back to the row that it was about.
    if (isInside) opener?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    // What stands above the page (a dialog, a menu) is not inside the panel, and keeps its own Escape.
    const isOurs = event.target instanceof Node && event.currentTarget.contains(event.target);
    if (event.key !== 'Escape' || event.defaultPrevented || !isOurs) return;
    event.preventDefault();
    close(event.currentTarget);
  };
  return (
    <aside className={styles.root} aria-label={`Details of ${title}`} onKeyDown={onKeyDown} ref={root}>
      <div className={styles.head}>
        <Subtitle1 as="h2" className={styles.title}>
          {title}
        </Subtitle1>
        <Button
          appearance="subtle"
          icon={<DismissRegular />}
          aria-label="Close the details"
          onClick={() => root.current !== null && close(root.current)}
        />
      </div>
      <div className={styles.body} tabIndex={0}>
        {children}
      </div>
    </aside>
  );
}
