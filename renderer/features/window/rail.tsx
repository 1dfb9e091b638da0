// The left rail: where one can go, what is connected, and how many runs are going on.
import { Badge, Caption1, Tooltip, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import {
  ArchiveRegular,
  BeakerRegular,
  DatabaseArrowDownRegular,
  PulseRegular,
  ServerRegular,
  SettingsRegular,
  ShieldCheckmarkRegular,
} from '@fluentui/react-icons';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { activeWork } from '../../../shared/ipc/active-work.ts';
import type { TargetView } from '../../../shared/ipc/views.ts';
import { formatRoute, type Screen } from '../../state/route.ts';
import { useApp, useMirror } from '../../state/use-app.ts';
import { Logo } from '../../ui/logo.tsx';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    width: '208px',
    flexShrink: 0,
    padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalS}`,
    boxSizing: 'border-box',
    backgroundColor: tokens.colorNeutralBackground2,
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  brand: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    padding: `0 ${tokens.spacingHorizontalM} ${tokens.spacingVerticalL}`,
    fontSize: tokens.fontSizeBase500,
    fontWeight: tokens.fontWeightSemibold,
  },
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '2px' },
  spacer: { flexGrow: 1 },
  link: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    height: '40px',
    padding: `0 ${tokens.spacingHorizontalM}`,
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: 'none',
    position: 'relative',
    ':hover': { backgroundColor: tokens.colorNeutralBackground2Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  current: {
    backgroundColor: tokens.colorNeutralBackground1Selected,
    fontWeight: tokens.fontWeightSemibold,
    '::before': {
      content: '""',
      position: 'absolute',
      left: 0,
      top: '10px',
      bottom: '10px',
      width: '3px',
      borderRadius: tokens.borderRadiusCircular,
      backgroundColor: tokens.colorCompoundBrandBackground,
      // A contrast theme takes backgrounds away, except its own colours.
      '@media (forced-colors: active)': { backgroundColor: 'Highlight' },
    },
  },
  icon: { fontSize: '20px', display: 'inline-flex', color: tokens.colorNeutralForeground2 },
  currentIcon: { color: tokens.colorBrandForeground1 },
  label: { flexGrow: 1 },
  target: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalM} 0`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    minWidth: 0,
  },
  targetText: { display: 'flex', flexDirection: 'column', minWidth: 0 },
  targetName: {
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    fontWeight: tokens.fontWeightSemibold,
  },
  targetKind: { color: tokens.colorNeutralForeground2 },
});

interface Destination {
  readonly screen: Screen;
  readonly label: string;
  readonly icon: ReactNode;
}

const destinations: readonly Destination[] = [
  { screen: 'readiness', label: 'Readiness', icon: <ShieldCheckmarkRegular /> },
  { screen: 'back-up', label: 'Back up', icon: <DatabaseArrowDownRegular /> },
  { screen: 'activity', label: 'Activity', icon: <PulseRegular /> },
  { screen: 'restore-points', label: 'Restore points', icon: <ArchiveRegular /> },
  { screen: 'settings', label: 'Settings', icon: <SettingsRegular /> },
];

export function Rail() {
  const styles = useStyles();
  const target = useMirror((mirror) => mirror.snapshot?.target);
  return (
    <nav className={styles.root} aria-label="Stillpoint">
      <div className={styles.brand}>
        <Logo sizePx={24} />
        Stillpoint
      </div>
      <ul className={styles.list}>
        {destinations.map((destination) => (
          <li key={destination.screen}>
            <RailLink {...destination} />
          </li>
        ))}
      </ul>
      <div className={styles.spacer} />
      {target === undefined ? null : <TargetName target={target} />}
    </nav>
  );
}

function RailLink({ screen, label, icon }: Destination) {
  const styles = useStyles();
  const { route } = useApp();
  const isCurrent = useStore(route.store, (now) => now.screen === screen);
  const activeRuns = useMirror((mirror) =>
    screen === 'activity' ? activeWork({ runs: [...mirror.runs.values()], operations: [] }).runs.length : 0,
  );
  return (
    <a
      href={formatRoute({ screen })}
      className={mergeClasses(styles.link, isCurrent && styles.current)}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={(event) => {
        event.preventDefault();
        route.go({ screen });
      }}
    >
      <span className={mergeClasses(styles.icon, isCurrent && styles.currentIcon)} aria-hidden>
        {icon}
      </span>
      <span className={styles.label}>{label}</span>
      {activeRuns === 0 ? null : (
        <Badge appearance="filled" color="brand" size="small" aria-label={`${activeRuns} running`}>
          {activeRuns}
        </Badge>
      )}
    </a>
  );
}

const kinds: Readonly<Record<TargetView['kind'], string>> = {
  lab: 'Lab (simulated)',
  host: 'Host',
  cluster: 'Cluster',
};

function TargetName({ target }: { readonly target: TargetView }) {
  const styles = useStyles();
  const about =
    target.lab === undefined
      ? target.name
      : `${target.name}: the lab "${target.lab.scenarioName}" in ${target.lab.folder}`;
  return (
    <Tooltip content={about} relationship="description" positioning="above-start">
      <div className={styles.target}>
        <span className={styles.icon} aria-hidden>
          {target.kind === 'lab' ? <BeakerRegular /> : <ServerRegular />}
        </span>
        <span className={styles.targetText}>
          <span className={styles.targetName}>{target.name}</span>
          <Caption1 className={styles.targetKind}>{kinds[target.kind]}</Caption1>
        </span>
      </div>
    </Tooltip>
  );
}
