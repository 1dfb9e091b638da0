// One VM of the audit: its gates, and each finding with why it matters and what to do.
import { Body1, Button, Caption1, Subtitle2, makeStyles, tokens } from '@fluentui/react-components';
import type { ReadinessView, VmRowView } from '../../../shared/ipc/views.ts';
import { formatBytes, plural } from '../../../shared/words/format.ts';
import { DetailsPanel } from '../../ui/details-panel.tsx';
import { KeyValues } from '../../ui/key-values.tsx';
import { VerdictMark } from '../../ui/verdict-mark.tsx';
import { OneFix } from './fix-steps.tsx';
import { gateWords, isReady, severityWords, vmWords } from './verdict-words.ts';
import { vmFindings } from './vm-findings.ts';
import { stateWord } from './vm-state-words.ts';

const useStyles = makeStyles({
  finding: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXS,
    paddingTop: tokens.spacingVerticalM,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  heading: { margin: 0 },
  muted: { color: tokens.colorNeutralForeground2 },
});

export interface VmDetailsProps {
  readonly vm: VmRowView;
  readonly readiness: ReadinessView;
  readonly onClose: () => void;
  readonly onBackUp: () => void;
}

export function VmDetails({ vm, readiness, onClose, onBackUp }: VmDetailsProps) {
  const styles = useStyles();
  const { own, general, unnamed } = vmFindings(vm, readiness);
  const verdict = vmWords[vm.verdict];
  const titles = new Map(readiness.gates.map((gate) => [gate.id, gate.title]));
  return (
    <DetailsPanel title={vm.name} onClose={onClose}>
      <VerdictMark tone={verdict.tone}>
        <strong>{verdict.text}</strong>
      </VerdictMark>
      {own.length + general.length + unnamed.length === 0 ? (
        <Body1>{nothingFound(vm)}</Body1>
      ) : (
        own.map((finding) => (
          <section key={`${finding.rule} ${finding.subject}`} className={styles.finding}>
            <VerdictMark tone={severityWords[finding.severity].tone}>
              <Subtitle2 as="h3" className={styles.heading}>
                {severityWords[finding.severity].text}
              </Subtitle2>
            </VerdictMark>
            <Body1>
              {finding.subject}: {finding.found}. Needed: {finding.needed}.
            </Body1>
            <Body1>{finding.why}</Body1>
            <OneFix fix={finding.fix} />
            <Caption1 className={styles.muted}>
              Read from: {finding.readFrom}. Documented in: {finding.source}.
            </Caption1>
          </section>
        ))
      )}
      {general.map((finding) => (
        <section key={finding.rule} className={styles.finding}>
          <VerdictMark tone="warning">
            <Subtitle2 as="h3" className={styles.heading}>
              As for many other VMs
            </Subtitle2>
          </VerdictMark>
          <Body1>
            Needed: {finding.needed}. {finding.why}
          </Body1>
          <Caption1 className={styles.muted}>
            So many VMs have this finding that they are not all spelled out. Read from: {finding.readFrom}. Documented
            in: {finding.source}.
          </Caption1>
        </section>
      ))}
      {unnamed.map((rule) => (
        <VerdictMark key={rule} tone="warning">
          The rule {rule} has a finding about this VM. `stillpoint audit` spells it out.
        </VerdictMark>
      ))}
      <KeyValues
        entries={[
          ['Host', vm.hostName],
          ['State', stateWord(vm.state)],
          ['Configuration version', vm.configurationVersion],
          ['Generation', String(vm.generation)],
          [
            'Disks',
            `${plural(vm.diskCount, 'disk')}, ${formatBytes(vm.fileSizeBytes)} of files, ${formatBytes(vm.sizeBytes)} virtual`,
          ],
          ...vm.gates.map(
            (gate) =>
              [
                titles.get(gate.id) ?? gate.id,
                <VerdictMark key={gate.id} tone={gateWords[gate.verdict].tone}>
                  {gateWords[gate.verdict].text}
                </VerdictMark>,
              ] as const,
          ),
        ]}
      />
      <div>
        <Button appearance="primary" disabled={vm.verdict !== 'unknown' && !isReady(vm)} onClick={onBackUp}>
          Back up {vm.name}…
        </Button>
      </div>
    </DetailsPanel>
  );
}

/** Without a finding, but with a verdict that is not known, nobody can say that all is well. */
function nothingFound({ verdict }: VmRowView): string {
  return verdict === 'ready'
    ? 'Nothing prevents an online backup of this VM.'
    : 'There is no finding about this VM alone; the gates above say what its verdict is based on.';
}
