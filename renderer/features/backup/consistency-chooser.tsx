// How much the guest is asked for: at rest, or as it is.
import { Caption1, Dropdown, Field, Option, Radio, RadioGroup, makeStyles, tokens } from '@fluentui/react-components';
import { useStore } from 'zustand';
import { policyChoices, type PolicyChoice } from '../../../shared/model/run.ts';
import type { Consistency } from '../../../shared/model/site.ts';
import { useApp } from '../../state/use-app.ts';

const useStyles = makeStyles({
  label: { display: 'block' },
  muted: { color: tokens.colorNeutralForeground2, display: 'block' },
});

const words: Readonly<Record<Consistency, { readonly title: string; readonly text: string }>> = {
  application: {
    title: 'Application-consistent',
    text: 'The guest is quiesced first (VSS, or file-system freeze).',
  },
  crash: { title: 'Crash-consistent', text: 'As if the power had been cut. The guest is not quiesced.' },
};

const policyWords: Readonly<Record<PolicyChoice, string>> = {
  fail: 'its backup fails',
  ask: 'ask me (after 2 minutes it fails)',
  'fall-back': 'back it up crash-consistent, and say so',
};

export function ConsistencyChooser() {
  const styles = useStyles();
  const { plan } = useApp();
  const consistency = useStore(plan.store, (state) => state.consistency);
  const policy = useStore(plan.store, (state) => state.consistencyPolicy);
  return (
    <>
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
      {consistency === 'crash' ? null : (
        <Field label="If a guest cannot be quiesced">
          <Dropdown
            value={policyWords[policy]}
            selectedOptions={[policy]}
            onOptionSelect={(_event, { optionValue }) => {
              const chosen = policyChoices.find((choice) => choice === optionValue);
              if (chosen !== undefined) plan.actions.setConsistencyPolicy(chosen);
            }}
          >
            {policyChoices.map((choice) => (
              <Option key={choice} value={choice}>
                {policyWords[choice]}
              </Option>
            ))}
          </Dropdown>
        </Field>
      )}
    </>
  );
}
