// Opens a repository that is there: with its folder, or, where that is known, with its password alone.
import { Button, Spinner, makeStyles, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import type { AppErrorData } from '../../../shared/errors/app-error.ts';
import { useApp, useIsConnected, useMirror } from '../../state/use-app.ts';
import { ErrorCard } from '../../ui/error-card.tsx';
import { FolderField } from './folder-field.tsx';
import { KeepPassword, type Keep } from './keep-password.tsx';
import { PasswordField } from './password-field.tsx';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  button: { alignSelf: 'flex-start' },
});

export interface OpenRepositoryProps {
  /** Absent: the folder is asked for too. */
  readonly location?: string;
  readonly onDone?: () => void;
}

export function OpenRepository({ location: known, onDone }: OpenRepositoryProps) {
  const styles = useStyles();
  const { api } = useApp();
  const isConnected = useIsConnected();
  const keeping = useMirror((mirror) => mirror.snapshot?.settings.passwordKeeping);
  const [typed, setTyped] = useState('');
  const [password, setPassword] = useState('');
  const [keep, setKeep] = useState<Keep>(keeping === 'session' ? 'session' : 'this-computer');
  const [isWorking, setIsWorking] = useState(false);
  const [error, setError] = useState<AppErrorData>();
  const location = known ?? typed.trim();
  const isReady = location !== '' && password !== '';

  const open = async (): Promise<void> => {
    setIsWorking(true);
    setError(undefined);
    const result = await api.repository.open({ location, password, keep });
    setIsWorking(false);
    if (result.ok) onDone?.();
    else setError(result.error);
  };
  return (
    <form
      className={styles.root}
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && !isWorking) void open();
      }}
    >
      {known === undefined ? <FolderField label="Folder of the repository" value={typed} onChange={setTyped} /> : null}
      <PasswordField label="Password of the repository" value={password} onChange={setPassword} />
      <KeepPassword value={keep} onChange={setKeep} />
      {error === undefined ? null : <ErrorCard error={error} />}
      <Button
        type="submit"
        appearance="primary"
        className={styles.button}
        disabled={!isReady || isWorking || !isConnected}
        {...(isWorking ? { icon: <Spinner size="tiny" /> } : {})}
      >
        Open the repository
      </Button>
    </form>
  );
}
