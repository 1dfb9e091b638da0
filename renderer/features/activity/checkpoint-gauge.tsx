// While a checkpoint stands: for how long, how large its AVHDX files have become, and how much room their volumes have.
import { Caption1, makeStyles, tokens } from '@fluentui/react-components';
import { CameraRegular } from '@fluentui/react-icons';
import type { RunCheckpoint, VmRunState } from '../../../shared/events/run-state.ts';
import { formatBytes, formatSeconds } from '../../../shared/words/format.ts';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    alignItems: 'center',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalS,
    color: tokens.colorNeutralForeground2,
    fontVariantNumeric: 'tabular-nums',
  },
  icon: { fontSize: '16px', display: 'inline-flex', color: tokens.colorBrandForeground1 },
});

/** After this long without a look, the figures say how old they are. */
const staleAfterMs = 10_000;

export function CheckpointGauge({ vm, nowMs }: { readonly vm: VmRunState; readonly nowMs: number }) {
  const styles = useStyles();
  const { checkpoint, growth, mergeConfirmedAtMs } = vm;
  if (checkpoint === undefined) return null;
  const isOver = vm.outcome !== undefined || mergeConfirmedAtMs !== undefined;
  return (
    <div className={styles.root} role="group" aria-label={`Checkpoint of ${vm.name}`}>
      <span className={styles.icon} aria-hidden>
        <CameraRegular />
      </span>
      <Caption1>{checkpointWords(vm, checkpoint, nowMs)}</Caption1>
      {isOver || growth === undefined || growth.files.length === 0 ? null : (
        <Caption1>
          · AVHDX {formatBytes(growth.files.reduce((sum, file) => sum + file.fileSizeBytes, 0))}, the fullest volume has{' '}
          {formatBytes(Math.min(...growth.files.map((file) => file.freeBytes)))} free
          {nowMs - growth.atMs > staleAfterMs ? ` (seen ${formatSeconds(nowMs - growth.atMs)} ago)` : ''}
        </Caption1>
      )}
      {vm.phase === 'merging' && !isOver ? (
        <Caption1>
          ·{' '}
          {vm.mergeFraction === undefined
            ? 'merging; the host states no progress'
            : `${Math.floor(vm.mergeFraction * 100)} % merged`}
        </Caption1>
      ) : null}
    </div>
  );
}

function checkpointWords({ outcome, mergeConfirmedAtMs }: VmRunState, { createdAtMs }: RunCheckpoint, nowMs: number) {
  if (mergeConfirmedAtMs !== undefined)
    return `Checkpoint was open for ${formatSeconds(mergeConfirmedAtMs - createdAtMs)}`;
  // Nobody has looked since: whether it stands now is not known here.
  if (outcome !== undefined)
    return 'Its removal was not confirmed when the run ended. "Look for leftovers" tells whether the checkpoint still stands.';
  return `Checkpoint open for ${formatSeconds(nowMs - createdAtMs)}`;
}
