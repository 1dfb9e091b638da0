// Repository and password, how much at once, how the window looks, and what this is.
import { Body1, Caption1, Field, Radio, RadioGroup, SpinButton, makeStyles, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import type { AppErrorData } from '../../../shared/errors/app-error.ts';
import type { Appearance, ConcurrencyView, SettingsView } from '../../../shared/ipc/views.ts';
import { useApp, useIsConnected, useMirror } from '../../state/use-app.ts';
import { Card } from '../../ui/card.tsx';
import { ErrorCard } from '../../ui/error-card.tsx';
import { KeyValues } from '../../ui/key-values.tsx';
import { Page } from '../../ui/page.tsx';
import { chosenNumber, type TypedNumber } from './chosen-number.ts';
import { RepositoryCard } from './repository-card.tsx';

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1.3fr) minmax(0, 1fr)',
    gap: tokens.spacingHorizontalL,
    alignItems: 'start',
  },
  column: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, minWidth: 0 },
  numbers: { display: 'flex', gap: tokens.spacingHorizontalXL, flexWrap: 'wrap' },
  number: { width: '160px' },
  muted: { color: tokens.colorNeutralForeground2 },
});

export function SettingsScreen() {
  const styles = useStyles();
  const settings = useMirror((mirror) => mirror.snapshot?.settings);
  if (settings === undefined) return null;
  return (
    <Page title="Settings" subtitle="Of this computer. Changes take effect at once.">
      <div className={styles.columns}>
        <div className={styles.column}>
          <RepositoryCard settings={settings} />
        </div>
        <div className={styles.column}>
          <AppearanceCard settings={settings} />
          <ConcurrencyCard settings={settings} />
          <AboutCard settings={settings} />
        </div>
      </div>
    </Page>
  );
}

const appearances: readonly (readonly [Appearance, string])[] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
  ['high-contrast', 'High contrast'],
];

function AppearanceCard({ settings }: { readonly settings: SettingsView }) {
  const { change, error } = useChange();
  const isConnected = useIsConnected();
  return (
    <Card title="Appearance">
      <RadioGroup
        aria-label="Appearance"
        value={settings.appearance}
        disabled={!isConnected}
        onChange={(_event, { value }) => {
          const chosen = appearances.find(([appearance]) => appearance === value);
          if (chosen !== undefined) void change({ appearance: chosen[0] });
        }}
      >
        {appearances.map(([appearance, label]) => (
          <Radio key={appearance} value={appearance} label={label} />
        ))}
      </RadioGroup>
      {error === undefined ? null : <ErrorCard error={error} />}
    </Card>
  );
}

function ConcurrencyCard({ settings: { concurrency } }: { readonly settings: SettingsView }) {
  const styles = useStyles();
  const { change, error } = useChange();
  const isConnected = useIsConnected();
  const choose = (key: keyof ConcurrencyView, typed: TypedNumber, most: number): void => {
    const chosen = chosenNumber(typed, most);
    if (chosen !== undefined && chosen !== concurrency[key]) void change({ [key]: chosen });
  };
  return (
    <Card title="How much at once">
      <Body1 className={styles.muted}>
        More is faster, and a heavier load on hosts and disks. Counts from the next run on.
      </Body1>
      <div className={styles.numbers}>
        <Field label="VMs at the same time" className={styles.number}>
          <SpinButton
            min={1}
            max={32}
            value={concurrency.vmsAtOnce}
            disabled={!isConnected}
            onChange={(_event, data) => choose('vmsAtOnce', data, 32)}
          />
        </Field>
        <Field label="Of them on one host" className={styles.number}>
          <SpinButton
            min={1}
            max={8}
            value={concurrency.vmsPerHost}
            disabled={!isConnected}
            onChange={(_event, data) => choose('vmsPerHost', data, 8)}
          />
        </Field>
      </div>
      {error === undefined ? null : <ErrorCard error={error} />}
    </Card>
  );
}

function AboutCard({ settings }: { readonly settings: SettingsView }) {
  const styles = useStyles();
  const product = useMirror((mirror) => mirror.snapshot?.product ?? '');
  const target = useMirror((mirror) => mirror.snapshot?.target);
  return (
    <Card title="About">
      <KeyValues
        entries={[
          ['Version', product],
          [
            'Connected to',
            target === undefined
              ? ''
              : `${target.name}${target.lab === undefined ? '' : `, the lab "${target.lab.scenarioName}"`}`,
          ],
          ['Keeps its files in', settings.folders.root],
        ]}
      />
      <Caption1 className={styles.muted}>MIT licence. Restore points are in the restic format: no lock-in.</Caption1>
    </Card>
  );
}

type Change = Parameters<ReturnType<typeof useApp>['api']['settings']['change']>[0];

function useChange(): { readonly change: (input: Change) => Promise<void>; readonly error: AppErrorData | undefined } {
  const { api } = useApp();
  const [error, setError] = useState<AppErrorData>();
  const change = async (input: Change): Promise<void> => {
    const result = await api.settings.change(input);
    setError(result.ok ? undefined : result.error);
  };
  return { change, error };
}
