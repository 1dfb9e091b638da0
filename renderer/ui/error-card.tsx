// An error as the admin reads it: what happened, why, what to do; the raw text behind Technical details.
import {
  Accordion,
  AccordionHeader,
  AccordionItem,
  AccordionPanel,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { AppErrorData } from '../../shared/errors/app-error.ts';
import { CopyButton } from './copy-button.tsx';

const useStyles = makeStyles({
  // In a column that scrolls it keeps its height: cut off, its last line would lie over what follows.
  root: { flexShrink: 0 },
  body: { paddingTop: tokens.spacingVerticalXS, paddingBottom: tokens.spacingVerticalXS },
  title: { display: 'block' },
  text: { display: 'block', overflowWrap: 'anywhere', userSelect: 'text' },
  nextStep: { display: 'block', marginTop: tokens.spacingVerticalXXS, overflowWrap: 'anywhere', userSelect: 'text' },
  accordion: { marginLeft: `-${tokens.spacingHorizontalM}` },
  details: {
    margin: 0,
    maxHeight: '160px',
    overflow: 'auto',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    userSelect: 'text',
  },
});

export interface ErrorCardProps {
  readonly error: AppErrorData;
  readonly intent?: 'error' | 'warning';
  readonly actions?: ReactNode;
}

export function ErrorCard({ error, intent = 'error', actions }: ErrorCardProps) {
  const styles = useStyles();
  const technical = [`${error.code} (${error.category})`, ...error.details].join('\n\n');
  return (
    <MessageBar className={styles.root} intent={intent} layout="multiline" politeness="polite">
      <MessageBarBody className={styles.body}>
        <MessageBarTitle className={styles.title}>{error.title}</MessageBarTitle>
        <span className={styles.text}>{error.meaning}</span>
        <span className={styles.nextStep}>
          <strong>What to do:</strong> {error.nextStep}
        </span>
        <Accordion collapsible className={styles.accordion}>
          <AccordionItem value="technical">
            <AccordionHeader size="small">Technical details</AccordionHeader>
            <AccordionPanel>
              <pre className={styles.details} tabIndex={0} aria-label="Technical details">
                {technical}
              </pre>
              <CopyButton
                text={`${error.title}\n${error.meaning}\n\n${technical}`}
                label="Copy the technical details"
              />
            </AccordionPanel>
          </AccordionItem>
        </Accordion>
      </MessageBarBody>
      {actions === undefined ? null : <MessageBarActions>{actions}</MessageBarActions>}
    </MessageBar>
  );
}
