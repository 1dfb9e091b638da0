// The window: the rail with the five screens, a bar that says what is connected, and the screen.
import { Spinner, makeStyles, tokens } from '@fluentui/react-components';
import { useStore } from 'zustand';
import { ErrorCard } from '../../ui/error-card.tsx';
import type { Screen } from '../../state/route.ts';
import { useApp, useMirror } from '../../state/use-app.ts';
import { ActivityScreen } from '../activity/activity-screen.tsx';
import { BackupScreen } from '../backup/backup-screen.tsx';
import { ReadinessScreen } from '../readiness/readiness-screen.tsx';
import { RestorePointsScreen } from '../restore-points/restore-points-screen.tsx';
import { SettingsScreen } from '../settings/settings-screen.tsx';
import { ConnectionBar } from './connection-bar.tsx';
import { Rail } from './rail.tsx';
import { RecoveryBar } from './recovery-bar.tsx';

const useStyles = makeStyles({
  root: { display: 'flex', height: '100%', minHeight: 0 },
  main: { display: 'flex', flexDirection: 'column', flexGrow: 1, minWidth: 0, minHeight: 0 },
  screen: { flexGrow: 1, minHeight: 0 },
  bars: { display: 'flex', flexDirection: 'column' },
  waiting: { display: 'flex', height: '100%', alignItems: 'center', justifyContent: 'center' },
  fatal: { maxWidth: '60ch', margin: 'auto', padding: tokens.spacingHorizontalXXL },
});

export function ConsoleWindow() {
  const styles = useStyles();
  const isReady = useMirror((mirror) => mirror.snapshot !== undefined);
  const isRefused = useMirror((mirror) => mirror.connection.state === 'refused');
  const fatal = useMirror((mirror) => mirror.fatal);
  if (fatal !== undefined) {
    return (
      <main className={styles.fatal}>
        <ErrorCard error={fatal} />
      </main>
    );
  }
  return (
    <div className={styles.root}>
      <Rail />
      <main className={styles.main}>
        <div className={styles.bars}>
          <ConnectionBar />
          {isReady ? <RecoveryBar /> : null}
        </div>
        <div className={styles.screen}>
          {isReady ? (
            <CurrentScreen />
          ) : (
            <div className={styles.waiting}>{isRefused ? null : <Spinner label="Connecting to Stillpoint" />}</div>
          )}
        </div>
      </main>
    </div>
  );
}

const screens: Readonly<Record<Screen, () => React.ReactNode>> = {
  readiness: () => <ReadinessScreen />,
  'back-up': () => <BackupScreen />,
  activity: () => <ActivityScreen />,
  'restore-points': () => <RestorePointsScreen />,
  settings: () => <SettingsScreen />,
};

function CurrentScreen() {
  const screen = useStore(useApp().route.store, (route) => route.screen);
  return screens[screen]();
}
