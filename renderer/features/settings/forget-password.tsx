// Forgets the password of the repository on this computer, once it is said what that means: a password nobody has written
// down is gone, and with it every restore point.
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
} from '@fluentui/react-components';
import { useState } from 'react';
import type { AppErrorData } from '../../../shared/errors/app-error.ts';
import { useApp, useIsConnected } from '../../state/use-app.ts';

const useStyles = makeStyles({
  actions: { whiteSpace: 'nowrap', flexWrap: 'wrap' },
  path: { overflowWrap: 'anywhere' },
});

export interface ForgetPasswordProps {
  readonly location: string;
  /** Told also when it went well. */
  readonly onForgotten: (error: AppErrorData | undefined) => void;
}

export function ForgetPassword({ location, onForgotten }: ForgetPasswordProps) {
  const styles = useStyles();
  const { api } = useApp();
  const isConnected = useIsConnected();
  const [isOpen, setIsOpen] = useState(false);
  const forget = async (): Promise<void> => {
    setIsOpen(false);
    const result = await api.repository.forgetPassword(undefined);
    onForgotten(result.ok ? undefined : result.error);
  };
  return (
    <Dialog open={isOpen} onOpenChange={(_event, data) => setIsOpen(data.open)}>
      <DialogTrigger disableButtonEnhancement>
        <Button disabled={!isConnected}>Forget the password…</Button>
      </DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>Forget the password on this computer?</DialogTitle>
          <DialogContent className={styles.path}>
            <Body1>
              You will have to type it to back up to {location} or to restore from it. Stillpoint cannot show it to you
              or get it back: make sure that you have it somewhere else.
            </Body1>
          </DialogContent>
          <DialogActions className={styles.actions}>
            <DialogTrigger disableButtonEnhancement>
              <Button appearance="primary">Keep it</Button>
            </DialogTrigger>
            <Button disabled={!isConnected} onClick={() => void forget()}>
              Forget it
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
