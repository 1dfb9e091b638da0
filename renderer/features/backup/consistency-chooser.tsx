// How much the guest is asked for: at rest, or as it is.
import { Caption1, Field, Radio, RadioGroup, makeStyles, tokens } from '@fluentui/react-components';
import { useStore } from 'zustand';
import type { Consistency } from '../../../shared/model/site.ts';
import { useApp } from '../../state/use-app.ts';

const useStyles = makeStyles({
  label: { display: 'block' },
  muted: { color: tokens.colorNeutralForeground2, display: 'block' },
});

const words: Readonly<Record<Consistency, { readonly title: string; readonly text: string }>> = {
  application: {
    title: 'Application-consistent',
    text: 'The guest is quiesced first (VSS, or frozen file systems in Linux). Where that fails, the backup of that VM fails.',
  },
  crash: { title: 'Crash-consistent', text: 'As if the power had been cut. The guest is not quiesced.' },
};

export function ConsistencyChooser() {
  const styles = useStyles();
  const { plan } = useApp();
  const consistency = useStore(plan.store, (state) => state.consistency);
  return (
    <Field label="Consistency">
      <RadioGroup
        value={consistency}
        onChange={(_event, { value }) => plan.actions.setConsistency(value === 'crash' ? 'crash' : 'application')}
      >
        {(['application', 'crash'] as const).map((level) => (
          <Radio
            key={level}
            value={level}
            label={
              <span className={styles.label}>
                {words[level].title}
                <Caption1 className={styles.muted}>{words[level].text}</Caption1>
              </span>
            }
          />
        ))}
      </RadioGroup>
    </Field>
  );
}
