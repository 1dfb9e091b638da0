// Cancel: what it will undo is shown before it is asked for, and it is said that it takes a moment.
import {
  Body1,
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { DismissCircleRegular } from '@fluentui/react-icons';
import { useEffect, useRef, useState } from 'react';
import type { AppErrorData } from '../../../shared/errors/app-error.ts';
import type { RunState } from '../../../shared/events/run-state.ts';
import { undoSentences } from '../../../shared/words/undo-words.ts';
import { useApp, useIsConnected } from '../../state/use-app.ts';
import { ErrorCard } from '../../ui/error-card.tsx';

const useStyles = makeStyles({
  // The whole width: in Fluent's half of it these two buttons have no room beside each other.
  actions: { whiteSpace: 'nowrap', flexWrap: 'wrap', gridColumnStart: 1 },
  button: { flexShrink: 0, whiteSpace: 'nowrap' },
  content: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  list: { margin: 0, paddingLeft: tokens.spacingHorizontalXL },
});

export function CancelRun({ run }: { readonly run: RunState }) {
  const styles = useStyles();
  const { api } = useApp();
  const isConnected = useIsConnected();
  const [isOpen, setIsOpen] = useState(false);
  const [error, setError] = useState<AppErrorData>();
  const [isRefused, setIsRefused] = useState(false);
  const isCancelling = run.status === 'cancelling';
  const isOver = run.status === 'ended';

  const cancel = async (): Promise<void> => {
    setError(undefined);
    const result = await api.runs.cancel({ runId: run.runId });
    if (!result.ok) setError(result.error);
    else if (result.value.isCancelling) setIsOpen(false);
    else setIsRefused(true);
  };
  const wasOpen = useRef(false);
  useEffect(() => {
    // The button has gone with the run, and cannot take the keyboard back from the dialog.
    if (wasOpen.current && !isOpen && isOver) document.querySelector<HTMLElement>('h1[tabindex]')?.focus();
    wasOpen.current = isOpen;
  }, [isOpen, isOver]);
  // It may end while somebody still reads what cancelling would undo: that is said there, and the dialog stays.
  if (isOver && !isOpen) return null;
  return (
    <Dialog
      open={isOpen}
      onOpenChange={(_event, data) => {
        setIsOpen(data.open);
        setError(undefined);
        setIsRefused(false);
      }}
    >
      <DialogTrigger disableButtonEnhancement>
        <Button
          className={styles.button}
          icon={<DismissCircleRegular />}
          disabledFocusable={isCancelling || isOver || !isConnected}
        >
          {isCancelling ? 'Cancelling …' : 'Cancel the backup…'}
        </Button>
      </DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>Cancel this backup?</DialogTitle>
          <DialogContent className={styles.content}>
            {isOver ? (
              <Body1 role="status">The backup has ended in the meantime: there is nothing left to cancel.</Body1>
            ) : (
              <>
                <Body1>The VMs keep running. Cancelling now means:</Body1>
                <ul className={styles.list}>
                  {undoSentences(run).map((sentence) => (
                    <li key={sentence}>{sentence}</li>
                  ))}
                </ul>
              </>
            )}
            {isRefused && !isOver ? (
              <Body1 role="status">
                This Stillpoint is not carrying out that backup, so it cannot cancel it. Cancel it where it was begun.
              </Body1>
            ) : null}
            {error === undefined ? null : <ErrorCard error={error} />}
          </DialogContent>
          <DialogActions className={styles.actions}>
            <DialogTrigger disableButtonEnhancement>
              <Button appearance="primary">{isOver ? 'Close' : 'Keep it running'}</Button>
            </DialogTrigger>
            {isOver ? null : (
              <Button disabled={!isConnected || isCancelling} onClick={() => void cancel()}>
                Cancel and merge
              </Button>
            )}
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
