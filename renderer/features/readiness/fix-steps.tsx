// What to do, in order; the command to copy; and what cannot be taken back, said before it is done.
import {
  Accordion,
  AccordionHeader,
  AccordionItem,
  AccordionPanel,
  Caption1,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import type { Fix } from '../../../shared/model/readiness.ts';
import { CommandBlock } from '../../ui/command-block.tsx';
import { VerdictMark } from '../../ui/verdict-mark.tsx';

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  fix: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS, minWidth: 0 },
  steps: { margin: 0, paddingLeft: tokens.spacingHorizontalXL, overflowWrap: 'anywhere' },
  risk: { color: tokens.colorNeutralForeground2 },
});

const mostFixes = 50;

export function FixSteps({ fixes, subject }: { readonly fixes: readonly Fix[]; readonly subject: string }) {
  const styles = useStyles();
  return (
    <Accordion collapsible>
      <AccordionItem value="fixes">
        <AccordionHeader size="small">What to do{fixes.length > 1 ? ` (${fixes.length})` : ''}</AccordionHeader>
        <AccordionPanel>
          <div className={styles.list} aria-label={`What to do about ${subject}`}>
            {fixes.slice(0, mostFixes).map((fix) => (
              <OneFix key={`${fix.command ?? ''} ${fix.steps.join(' ')}`} fix={fix} />
            ))}
          </div>
        </AccordionPanel>
      </AccordionItem>
    </Accordion>
  );
}

export function OneFix({ fix }: { readonly fix: Fix }) {
  const styles = useStyles();
  return (
    <div className={styles.fix}>
      <ol className={styles.steps}>
        {fix.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {fix.command === undefined ? null : <CommandBlock command={fix.command} />}
      <Caption1 className={styles.risk}>
        {fix.isReversible ? null : (
          <VerdictMark tone="warning">
            <strong>Cannot be taken back.&nbsp;</strong>
          </VerdictMark>
        )}
        {fix.risk}
      </Caption1>
    </div>
  );
}
