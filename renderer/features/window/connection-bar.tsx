// Says when the backend does not answer, or not this window: what is shown then is what was last known, and nothing can be
// asked for.
import { MessageBar, MessageBarBody, MessageBarTitle, makeStyles, tokens } from '@fluentui/react-components';
import { formatTime } from '../../../shared/words/format.ts';
import { useMirror } from '../../state/use-app.ts';

const useStyles = makeStyles({ root: { margin: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalXXL} 0` } });

export function ConnectionBar() {
  const styles = useStyles();
  const connection = useMirror((mirror) => mirror.connection);
  const hasSnapshot = useMirror((mirror) => mirror.snapshot !== undefined);
  if (connection.state === 'refused') {
    return (
      <MessageBar intent="error" className={styles.root} politeness="assertive" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>This window is not let in any more</MessageBarTitle>
          Its session has ended, or Stillpoint was started again under another address. It does not try again. Running
          backups continue. Close this window and open the address that Stillpoint printed when it started. If that
          address was used already, end Stillpoint and start it again: it prints a new one.
        </MessageBarBody>
      </MessageBar>
    );
  }
  if (connection.state !== 'lost') return null;
  return (
    <MessageBar intent="error" className={styles.root} politeness="assertive" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>Stillpoint does not answer</MessageBarTitle>
        {hasSnapshot
          ? `It has ended, or the connection to it broke. What you see is as of ${formatTime(connection.sinceMs)}. `
          : 'It cannot be reached. '}
        This window keeps trying, and carries on by itself when Stillpoint answers again. If Stillpoint ended in the
        middle of a backup, its next start finds the checkpoint by its tag, merges it, and shows the run as interrupted.
      </MessageBarBody>
    </MessageBar>
  );
}
