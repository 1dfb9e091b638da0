// The disks of a VM while they are read: how much of what has to be read, what was new, what was there already.
import { Caption1, ProgressBar, makeStyles, tokens } from '@fluentui/react-components';
import { memo } from 'react';
import type { VmRunState } from '../../../shared/events/run-state.ts';
import type { DiskProgress } from '../../../shared/events/run-event.ts';
import { formatBytes } from '../../../shared/words/format.ts';

const useStyles = makeStyles({
  root: {
    display: 'grid',
    gridTemplateColumns: '88px minmax(80px, 1fr) minmax(0, max-content)',
    columnGap: tokens.spacingHorizontalM,
    rowGap: tokens.spacingVerticalS,
  },
  // One grid for all disks: their bars begin and end at the same places, and can be compared.
  disk: { display: 'grid', gridColumn: '1 / -1', gridTemplateColumns: 'subgrid', alignItems: 'center' },
  // Fluent's own is next to invisible on a dark card.
  track: { backgroundColor: tokens.colorNeutralStroke2 },
  // Fluent lets the bar glide behind its figure: with five figures a second it would never stand still, and every frame
  // of that costs a layout, on a server without a graphics processor and over a remote desktop above all.
  bar: { transitionProperty: 'none' },
  slot: { fontWeight: tokens.fontWeightSemibold },
  figures: { fontVariantNumeric: 'tabular-nums', color: tokens.colorNeutralForeground2, textAlign: 'right' },
});

export function DiskProgressList({ vm }: { readonly vm: VmRunState }) {
  const styles = useStyles();
  const disks: readonly DiskProgress[] = vm.committedDisks.length > 0 ? vm.committedDisks : Object.values(vm.disks);
  if (disks.length === 0) return null;
  return (
    <div className={styles.root} role="group" aria-label={`Disks of ${vm.name}`}>
      {disks.map((disk) => (
        <DiskRow key={disk.slot} disk={disk} vmName={vm.name} />
      ))}
    </div>
  );
}

/** Drawn anew only when its own figures have changed. */
const DiskRow = memo(function DiskRow({ disk, vmName }: { readonly disk: DiskProgress; readonly vmName: string }) {
  const styles = useStyles();
  return (
    <div className={styles.disk}>
      <Caption1 className={styles.slot}>{disk.slot}</Caption1>
      <ProgressBar
        aria-label={`Disk ${disk.slot} of ${vmName}`}
        thickness="large"
        shape="rounded"
        className={styles.track}
        bar={{ className: styles.bar }}
        // What has to be read is known before the first byte is: 0 means an empty disk, and that is complete.
        {...(disk.totalBytes === 0 ? { value: 1, max: 1 } : { value: disk.readBytes, max: disk.totalBytes })}
      />
      <Caption1 className={styles.figures}>
        {disk.totalBytes === 0
          ? 'Empty: nothing to read'
          : `${formatBytes(disk.readBytes)} of ${formatBytes(disk.totalBytes)} read`}{' '}
        · {formatBytes(disk.storedBytes)} stored · {formatBytes(disk.skippedBytes)} skipped
      </Caption1>
    </div>
  );
});
