// One VM of the audit: its gates, and each finding with why it matters and what to do.
import { Body1, Button, Caption1, Subtitle2, makeStyles, tokens } from '@fluentui/react-components';
import type { ReadinessView, VmRowView } from '../../../shared/ipc/views.ts';
import { formatBytes, plural } from '../../../shared/words/format.ts';
import { DetailsPanel } from '../../ui/details-panel.tsx';
import { KeyValues } from '../../ui/key-values.tsx';
import { VerdictMark } from '../../ui/verdict-mark.tsx';
import { OneFix } from './fix-steps.tsx';
import { gateWords, severityWords, vmWords } from './verdict-words.ts';
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
  const findings = readiness.findings.filter((finding) => finding.vmIds.includes(vm.vmId));
  const verdict = vmWords[vm.verdict];
  const titles = new Map(readiness.gates.map((gate) => [gate.id, gate.title]));
  return (
    <DetailsPanel title={vm.name} onClose={onClose}>
      <VerdictMark tone={verdict.tone}>
        <strong>{verdict.text}</strong>
      </VerdictMark>
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
      {findings.length === 0 ? (
        <Body1>Nothing speaks against an online backup of this VM.</Body1>
      ) : (
        findings.map((finding) => (
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
      <div>
        <Button appearance="primary" onClick={onBackUp}>
          Back up {vm.name}…
        </Button>
      </div>
    </DetailsPanel>
  );
}
