// One restore point: what it is, the proof that it is good, and the ways to get it back.
import { Body1, Caption1, Divider, Subtitle2, Tab, TabList, makeStyles, tokens } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import type { AppErrorData } from '../../../shared/errors/app-error.ts';
import type { RestorePointDetails, RestorePointView } from '../../../shared/ipc/views.ts';
import { formatBytes, formatSeconds, formatTime, shortId } from '../../../shared/words/format.ts';
import { hostWord } from '../../format/host-word.ts';
import { useApp, useMirror } from '../../state/use-app.ts';
import { CommandBlock } from '../../ui/command-block.tsx';
import { DetailsPanel } from '../../ui/details-panel.tsx';
import { ErrorCard } from '../../ui/error-card.tsx';
import { KeyValues } from '../../ui/key-values.tsx';
import { VerdictMark } from '../../ui/verdict-mark.tsx';
import { consistencyMark, newBytes, totalBytes } from './restore-point-words.ts';
import { RestoreSection } from './restore-section.tsx';
import { VerifySection } from './verify-section.tsx';

const useStyles = makeStyles({
  section: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  heading: { margin: 0 },
  muted: { color: tokens.colorNeutralForeground2 },
  tabs: { marginLeft: `-${tokens.spacingHorizontalM}` },
});

export interface RestorePointPanelProps {
  readonly point: RestorePointView;
  readonly onClose: () => void;
}

export function RestorePointPanel({ point, onClose }: RestorePointPanelProps) {
  const styles = useStyles();
  const { document } = point;
  const consistency = consistencyMark(document);
  return (
    <DetailsPanel title={`${document.vm.name}, ${shortId(point.id)}`} onClose={onClose}>
      <KeyValues
        entries={[
          ['Taken', formatTime(point.takenAtMs)],
          [
            'Consistency',
            <VerdictMark key="consistency" tone={consistency.tone}>
              {consistency.text}
            </VerdictMark>,
          ],
          ['Requested', document.consistency.asked === 'application' ? 'Application-consistent' : 'Crash-consistent'],
          ['Mode', `${document.mode}, through ${hostWord(document.host)}`],
          ['Size', `${formatBytes(newBytes(document))} new, ${formatBytes(totalBytes(document))} in total`],
          ['Read in', formatSeconds(document.timings.readEndedAtMs - document.timings.readStartedAtMs)],
          ['Run', document.runId],
        ]}
      />
      {document.warnings.map((warning) => (
        <VerdictMark key={warning} tone="warning">
          {warning}
        </VerdictMark>
      ))}
      <VerifySection point={point} />
      <RestoreSection point={point} />
      <Divider />
      <section className={styles.section}>
        <Subtitle2 as="h3" className={styles.heading}>
          Disks
        </Subtitle2>
        {document.disks.map((disk) => (
          <div key={disk.slot}>
            <Body1>
              <strong>{disk.slot}</strong> · {formatBytes(disk.imageSizeBytes)} of {formatBytes(disk.sizeBytes)} virtual
              · {formatBytes(disk.storedBytes)} new
            </Body1>
            <Caption1 className={styles.muted} block>
              {disk.hostPath}
            </Caption1>
          </div>
        ))}
      </section>
      <WithoutUs point={point} />
    </DetailsPanel>
  );
}

/** The same with stock restic: nobody is locked in. */
function WithoutUs({ point }: { readonly point: RestorePointView }) {
  const styles = useStyles();
  const { api } = useApp();
  const [details, setDetails] = useState<RestorePointDetails>();
  const [error, setError] = useState<AppErrorData>();
  const [shell, setShell] = useState<'powershell' | 'sh'>('powershell');
  // After a time without the backend it is asked again.
  const epoch = useMirror((mirror) => mirror.epoch);
  useEffect(() => {
    let isGone = false;
    void api.restorePoints.show({ id: point.id }).then((result) => {
      if (isGone) return;
      setError(result.ok ? undefined : result.error);
      if (result.ok) setDetails(result.value);
    });
    return () => {
      isGone = true;
    };
  }, [api, point.id, epoch]);
  return (
    <section className={styles.section}>
      <Subtitle2 as="h3" className={styles.heading}>
        Without Stillpoint
      </Subtitle2>
      <Caption1 className={styles.muted}>
        Stock restic restores the same disks, with the password of the repository.
      </Caption1>
      {error === undefined ? null : <ErrorCard error={error} />}
      <TabList
        size="small"
        className={styles.tabs}
        selectedValue={shell}
        onTabSelect={(_event, data) => setShell(data.value === 'sh' ? 'sh' : 'powershell')}
      >
        <Tab value="powershell">PowerShell</Tab>
        <Tab value="sh">Linux shell</Tab>
      </TabList>
      {details === undefined ? null : <CommandBlock command={details.restic[shell]} label="Copy the restic command" />}
    </section>
  );
}
