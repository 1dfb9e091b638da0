// Where the password is kept between two starts: the choice, with what each means.
import { Field, Radio, RadioGroup } from '@fluentui/react-components';
import { useMirror } from '../../state/use-app.ts';

export type Keep = 'session' | 'this-computer';

export interface KeepPasswordProps {
  readonly value: Keep;
  readonly onChange: (keep: Keep) => void;
}

export function KeepPassword({ value, onChange }: KeepPasswordProps) {
  const store = useMirror((mirror) => mirror.snapshot?.settings.passwordStore.description);
  return (
    <Field
      label="Keep the password"
      hint={value === 'this-computer' ? (store ?? '') : 'It is asked for at the next start.'}
    >
      <RadioGroup
        value={value}
        onChange={(_event, data) => onChange(data.value === 'session' ? 'session' : 'this-computer')}
      >
        <Radio value="this-computer" label="On this computer" />
        <Radio value="session" label="Only while Stillpoint runs" />
      </RadioGroup>
    </Field>
  );
}
