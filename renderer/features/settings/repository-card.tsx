// The repository that runs write to: its state, its password, a check of all of it, and how to choose another.
import { Body1, Button, Caption1, Spinner, makeStyles, tokens } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import type { AppErrorData } from '../../../shared/errors/app-error.ts';
import type { PasswordKeeping, RepositoryCheck, RepositoryStatus, SettingsView } from '../../../shared/ipc/views.ts';
import { plural } from '../../../shared/words/format.ts';
import { useApp, useIsConnected, useMirror } from '../../state/use-app.ts';
import { Card } from '../../ui/card.tsx';
import { ErrorCard } from '../../ui/error-card.tsx';
import { KeyValues } from '../../ui/key-values.tsx';
import { OperationError } from '../../ui/operation-error.tsx';
import { OperationProgress } from '../../ui/operation-progress.tsx';
import { VerdictMark } from '../../ui/verdict-mark.tsx';
import { ChooseRepository, RepositorySetup } from '../repository/repository-setup.tsx';
import { useOperation } from '../restore-points/use-operation.ts';
import { ForgetPassword } from './forget-password.tsx';

const useStyles = makeStyles({
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  muted: { color: tokens.colorNeutralForeground2 },
});

export function RepositoryCard({ settings }: { readonly settings: SettingsView }) {
  const repository = useMirror((mirror) => mirror.snapshot?.repository);
  const [isChoosing, setIsChoosing] = useState(false);
  // Kept here: the repository is locked in the same moment, and what is said about it must outlive its card.
  const [forgetError, setForgetError] = useState<AppErrorData>();
  if (repository?.location === undefined || !repository.hasPassword) {
    return (
      <>
        {forgetError === undefined ? null : <ErrorCard error={forgetError} />}
        <RepositorySetup />
      </>
    );
  }
  if (isChoosing) {
    return (
      <>
        <ChooseRepository onDone={() => setIsChoosing(false)} />
        <div>
          <Button onClick={() => setIsChoosing(false)}>Stay with {repository.location}</Button>
        </div>
      </>
    );
  }
  return (
    <>
      {forgetError === undefined ? null : <ErrorCard error={forgetError} />}
      <OpenedRepository
        key={repository.location}
        settings={settings}
        onChooseAnother={() => setIsChoosing(true)}
        onForgotten={setForgetError}
      />
    </>
  );
}

const keepingWords = (settings: SettingsView): string => {
  const words: Readonly<Record<PasswordKeeping, string>> = {
    session: 'Only while Stillpoint runs: it is asked for at the next start.',
    'this-computer': `On this computer. ${settings.passwordStore.description}`,
    file: `In ${settings.passwordFile ?? 'a file of your own'}, which you named.`,
  };
  return words[settings.passwordKeeping];
};

function OpenedRepository({
  settings,
  onChooseAnother,
  onForgotten,
}: {
  readonly settings: SettingsView;
  readonly onChooseAnother: () => void;
  readonly onForgotten: (error: AppErrorData | undefined) => void;
}) {
  const styles = useStyles();
  const { api } = useApp();
  const isConnected = useIsConnected();
  const location = useMirror((mirror) => mirror.snapshot?.repository.location ?? '');
  const revision = useMirror((mirror) => mirror.restorePointsRevision);
  const [status, setStatus] = useState<RepositoryStatus>();
  const [error, setError] = useState<AppErrorData>();
  useEffect(() => {
    let isGone = false;
    void api.repository.status(undefined).then((result) => {
      if (isGone) return;
      // Of what could not be asked nothing is known: an earlier answer does not stand in for it.
      setStatus(result.ok ? result.value : undefined);
      setError(result.ok ? undefined : result.error);
    });
    return () => {
      isGone = true;
    };
  }, [api, revision]);
  return (
    <Card title="Repository">
      <KeyValues
        entries={[
          ['Folder', location],
          ['State', <RepositoryState key="state" status={status} isAsked={error === undefined} />],
          ['Password', keepingWords(settings)],
        ]}
      />
      {status?.error === undefined ? null : <ErrorCard error={status.error} />}
      {error === undefined ? null : <ErrorCard error={error} />}
      <CheckSection location={location} />
      <div className={styles.actions}>
        <Button onClick={onChooseAnother} disabled={!isConnected}>
          Use another repository…
        </Button>
        <ForgetPassword location={location} onForgotten={onForgotten} />
      </div>
      <Caption1 className={styles.muted}>
        The same folder works with stock restic: restic -r FOLDER snapshots. Losing the password means losing every
        restore point in it.
      </Caption1>
    </Card>
  );
}

function RepositoryState({
  status,
  isAsked,
}: {
  readonly status: RepositoryStatus | undefined;
  readonly isAsked: boolean;
}) {
  if (status === undefined)
    return isAsked ? (
      <Spinner size="tiny" label="Opening it" labelPosition="after" />
    ) : (
      <VerdictMark tone="unknown">Not known</VerdictMark>
    );
  if (!status.isOpen) return <VerdictMark tone="bad">Cannot be opened</VerdictMark>;
  const others = status.otherSnapshots ?? 0;
  return (
    <VerdictMark tone="good">
      Open, {plural(status.restorePoints ?? 0, 'restore point')}
      {others === 0 ? '' : `, ${plural(others, 'snapshot')} of other programs`}
    </VerdictMark>
  );
}

function CheckSection({ location }: { readonly location: string }) {
  const styles = useStyles();
  const { api } = useApp();
  const isConnected = useIsConnected();
  const { running, isBusy, isStopping, result, error, start, stop } = useOperation<RepositoryCheck>('check', location);
  return (
    <>
      <div className={styles.actions}>
        <Button
          disabledFocusable={!isConnected || isBusy}
          onClick={() => start((operationId) => api.repository.check({ operationId }))}
        >
          Check the whole repository
        </Button>
      </div>
      {running === undefined ? null : (
        <OperationProgress
          operation={running}
          label="Reading every pack back"
          isStopping={isStopping}
          onStop={isConnected ? stop : undefined}
        />
      )}
      {error === undefined ? null : <OperationError error={error} />}
      {result === undefined ? null : (
        <div role="status">
          <VerdictMark tone={result.isIntact ? 'good' : 'bad'}>
            <strong>
              {result.isIntact ? 'The repository is intact' : `${plural(result.damageCount, 'damage')} found`}
            </strong>
          </VerdictMark>
          <Body1 block>
            {plural(result.snapshots, 'snapshot')}, {plural(result.packs, 'pack')}, {plural(result.blobs, 'blob')} read
            and checked.
          </Body1>
          {result.damages.slice(0, 20).map((damage, index) => (
            <Caption1 key={`${damage.object} ${index}`} block>
              {damage.path ?? damage.object}: {damage.kind}, {damage.reason}
            </Caption1>
          ))}
        </div>
      )}
    </>
  );
}
