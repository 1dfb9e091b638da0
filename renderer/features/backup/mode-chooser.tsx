// On-host or off-host: who reads the frozen disks. What is not available says why.
import { Caption1, Field, Radio, RadioGroup, makeStyles, tokens } from '@fluentui/react-components';
import { useStore } from 'zustand';
import type { ModeView } from '../../../shared/ipc/views.ts';
import type { BackupMode } from '../../../shared/model/restore-point.ts';
import { useApp } from '../../state/use-app.ts';

const useStyles = makeStyles({
  label: { display: 'block' },
  muted: { color: tokens.colorNeutralForeground2, display: 'block' },
});

const words: Readonly<Record<BackupMode, { readonly title: string; readonly text: string }>> = {
  'on-host': {
    title: 'On-host',
    text: 'The frozen disks are read through the host that runs the VM.',
  },
  'off-host': {
    title: 'Off-host',
    text: 'From a volume snapshot, by a proxy: no read load on the host.',
  },
};

export function ModeChooser() {
  const { plan } = useApp();
  const mode = useStore(plan.store, (state) => state.mode);
  const modes = useStore(plan.store, (state) => state.preview?.modes ?? noModes);
  return (
    <Field label="Mode">
      <RadioGroup
        value={mode}
        onChange={(_event, { value }) => plan.actions.setMode(value === 'off-host' ? 'off-host' : 'on-host')}
      >
        {modes.map((view) => (
          <ModeRadio key={view.mode} view={view} />
        ))}
      </RadioGroup>
    </Field>
  );
}

const noModes: readonly ModeView[] = [];

function ModeRadio({ view: { mode, isAvailable, reason } }: { readonly view: ModeView }) {
  const styles = useStyles();
  const { title, text } = words[mode];
  return (
    <Radio
      value={mode}
      disabled={!isAvailable}
      label={
        <span className={styles.label}>
          {title}
          <Caption1 className={styles.muted}>{text}</Caption1>
          {reason === undefined ? null : (
            <Caption1 className={styles.muted}>
              <strong>{reason.title}.</strong>
            </Caption1>
          )}
        </span>
      }
    />
  );
}
