// Makes a repository: where, and with which password. A password that was made up is shown before it is used, because
// nobody can get it back later.
import {
  Body1,
  Button,
  Checkbox,
  MessageBar,
  MessageBarBody,
  Spinner,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { useState } from 'react';
import type { AppErrorData } from '../../../shared/errors/app-error.ts';
import { useApp, useIsConnected, useMirror } from '../../state/use-app.ts';
import { CommandBlock } from '../../ui/command-block.tsx';
import { ErrorCard } from '../../ui/error-card.tsx';
import { FolderField } from './folder-field.tsx';
import { KeepPassword, type Keep } from './keep-password.tsx';
import { PasswordField } from './password-field.tsx';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  actions: { display: 'flex', gap: tokens.spacingHorizontalS, alignItems: 'center' },
  left: { alignSelf: 'flex-start' },
});

export function NewRepository({ onDone }: { readonly onDone?: () => void }) {
  const styles = useStyles();
  const { api } = useApp();
  const isConnected = useIsConnected();
  const suggested = useMirror((mirror) => mirror.snapshot?.settings.folders.repository ?? '');
  const [location, setLocation] = useState(suggested);
  const [madeUp, setMadeUp] = useState<string>();
  const [isNoted, setIsNoted] = useState(false);
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const [keep, setKeep] = useState<Keep>('this-computer');
  const [isWorking, setIsWorking] = useState(false);
  const [error, setError] = useState<AppErrorData>();

  const makeUp = async (): Promise<void> => {
    const result = await api.repository.makePassword(undefined);
    if (result.ok) setMadeUp(result.value.password);
    else setError(result.error);
  };
  const create = async (): Promise<void> => {
    setIsWorking(true);
    setError(undefined);
    const result = await api.repository.init({ location: location.trim(), password: madeUp ?? password, keep });
    setIsWorking(false);
    if (result.ok) onDone?.();
    else setError(result.error);
  };
  const isTyped = password !== '' && password === repeated;
  const isReady = location.trim() !== '' && (madeUp === undefined ? isTyped : isNoted);
  return (
    <form
      className={styles.root}
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && !isWorking) void create();
      }}
    >
      <FolderField
        label="Folder of the repository"
        hint="On another disk than the VMs, or on a share. It is made if it is not there."
        value={location}
        onChange={setLocation}
      />
      {madeUp === undefined ? (
        <>
          <PasswordField label="Password" value={password} onChange={setPassword} />
          <PasswordField
            label="Repeat the password"
            value={repeated}
            onChange={setRepeated}
            {...(repeated !== '' && repeated !== password ? { problem: 'The two passwords are not the same.' } : {})}
          />
          <Button className={styles.left} onClick={() => void makeUp()} disabled={!isConnected}>
            Make one up for me
          </Button>
        </>
      ) : (
        <>
          <Body1>The password of this repository:</Body1>
          <CommandBlock command={madeUp} label="Copy the password" />
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>
              Keep it somewhere else too, for example in your password manager. Without it nobody can restore anything,
              and nobody can recover it, not even Stillpoint.
            </MessageBarBody>
          </MessageBar>
          <Checkbox
            label="I have put the password in a safe place"
            checked={isNoted}
            onChange={(_event, data) => setIsNoted(data.checked === true)}
          />
          <Button className={styles.left} onClick={() => setMadeUp(undefined)}>
            Type one instead
          </Button>
        </>
      )}
      <KeepPassword value={keep} onChange={setKeep} />
      {error === undefined ? null : <ErrorCard error={error} />}
      <div className={styles.actions}>
        <Button
          type="submit"
          appearance="primary"
          disabled={!isReady || isWorking || !isConnected}
          {...(isWorking ? { icon: <Spinner size="tiny" /> } : {})}
        >
          Make the repository
        </Button>
      </div>
    </form>
  );
}
