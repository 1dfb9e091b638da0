// What still stands on the hosts or in the repository although no run accounts for it, and the way out.
import {
  Body1,
  Button,
  Caption1,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  Spinner,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { BroomRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import type { AppErrorData } from '../../../shared/errors/app-error.ts';
import { activeWork } from '../../../shared/ipc/active-work.ts';
import type { CleanedLeftoverView, LeftoverList, LeftoverView } from '../../../shared/ipc/views.ts';
import { useApp, useIsConnected, useMirror } from '../../state/use-app.ts';
import { ErrorCard } from '../../ui/error-card.tsx';
import { VerdictMark } from '../../ui/verdict-mark.tsx';

const useStyles = makeStyles({
  actions: { whiteSpace: 'nowrap', gridColumnStart: 1 },
  content: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  item: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS, overflowWrap: 'anywhere' },
  muted: { color: tokens.colorNeutralForeground2 },
});

export function Leftovers() {
  const styles = useStyles();
  const { api } = useApp();
  const isConnected = useIsConnected();
  const [isOpen, setIsOpen] = useState(false);
  const [isWorking, setIsWorking] = useState(false);
  const [list, setList] = useState<LeftoverList>();
  const [cleaned, setCleaned] = useState<readonly CleanedLeftoverView[]>();
  const [error, setError] = useState<AppErrorData>();

  const [cleanError, setCleanError] = useState<AppErrorData>();

  const look = async (): Promise<void> => {
    setIsWorking(true);
    // What an earlier look found says nothing about now.
    setList(undefined);
    setError(undefined);
    const result = await api.leftovers.list(undefined);
    if (result.ok) setList(result.value);
    else setError(result.error);
    setIsWorking(false);
  };
  const clean = async (leftovers: readonly LeftoverView[]): Promise<void> => {
    setIsWorking(true);
    setCleaned(undefined);
    setCleanError(undefined);
    const result = await api.leftovers.clean({ ids: leftovers.map((leftover) => leftover.id) });
    if (result.ok) setCleaned(result.value);
    else setCleanError(result.error);
    await look();
  };
  const cleanable = list?.leftovers.filter((leftover) => leftover.isCleanable) ?? [];
  return (
    <Dialog
      open={isOpen}
      onOpenChange={(_event, data) => {
        setIsOpen(data.open);
        setCleaned(undefined);
        setCleanError(undefined);
        if (data.open) void look();
      }}
    >
      <DialogTrigger disableButtonEnhancement>
        <Button icon={<BroomRegular />} disabled={!isConnected}>
          Look for leftovers…
        </Button>
      </DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>Left over on the hosts and in the repository</DialogTitle>
          <DialogContent className={styles.content}>
            {cleanError === undefined ? null : <ErrorCard error={cleanError} />}
            {error === undefined ? null : <ErrorCard error={error} />}
            {isWorking ? <Spinner size="small" label="Asking every host" /> : null}
            {cleaned?.map(({ leftover, error: failure }) =>
              failure === undefined ? (
                <VerdictMark key={leftover.id} tone="good">
                  {leftover.kind === 'repository-lock' ? 'Lock removed' : 'Removed and merged'}:{' '}
                  {leftover.vmName ?? leftover.id}
                </VerdictMark>
              ) : (
                <ErrorCard key={leftover.id} error={failure} />
              ),
            )}
            {list === undefined || isWorking ? null : <Found list={list} />}
          </DialogContent>
          <DialogActions className={styles.actions}>
            <DialogTrigger disableButtonEnhancement>
              <Button>Close</Button>
            </DialogTrigger>
            {cleanable.length === 0 ? null : (
              <Button appearance="primary" disabled={isWorking || !isConnected} onClick={() => void clean(cleanable)}>
                Remove what is ours, and merge
              </Button>
            )}
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

function Found({ list }: { readonly list: LeftoverList }) {
  const styles = useStyles();
  const isBusy = useMirror((mirror) => activeWork({ runs: [...mirror.runs.values()], operations: [] }).runs.length > 0);
  const isClean = list.leftovers.length + list.unreachable.length + list.problems.length === 0;
  return (
    <>
      {isClean ? <VerdictMark tone="good">Nothing is left over. Every host answered.</VerdictMark> : null}
      {isBusy ? (
        <Caption1 className={styles.muted}>
          What a running backup has made is not left over: it removes and merges that itself.
        </Caption1>
      ) : null}
      {list.leftovers.map(({ id, about, isCleanable }) => (
        <div key={id} className={styles.item}>
          <strong>{about.title}</strong>
          <Body1>{about.meaning}</Body1>
          <Caption1 className={styles.muted}>
            {isCleanable ? about.nextStep : `Not removed by Stillpoint. ${about.nextStep}`}
          </Caption1>
        </div>
      ))}
      {list.unreachable.map(({ hostId, name, reason }) => (
        <VerdictMark key={hostId} tone="unknown">
          {name} did not answer ({reason}). What is left over there is not known.
        </VerdictMark>
      ))}
      {list.problems.map((problem, index) => (
        <ErrorCard key={`${problem.code} ${index}`} error={problem} intent="warning" />
      ))}
    </>
  );
}
