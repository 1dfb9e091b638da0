// Brings the disks back as .vhdx files in a folder. Nothing that is there is written over unless that is asked for.
import {
  Body1,
  Button,
  Caption1,
  Checkbox,
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
import { ArrowDownloadRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import type { RestorePointView, RestoreView } from '../../../shared/ipc/views.ts';
import { formatBytes, formatTime, plural, shortId } from '../../../shared/words/format.ts';
import { useApp, useIsConnected, useMirror } from '../../state/use-app.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { OperationError } from '../../ui/operation-error.tsx';
import { OperationProgress } from '../../ui/operation-progress.tsx';
import { VerdictMark } from '../../ui/verdict-mark.tsx';
import { FolderField } from '../repository/folder-field.tsx';
import { useOperation } from './use-operation.ts';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  actions: { whiteSpace: 'nowrap', gridColumnStart: 1 },
  content: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  button: { alignSelf: 'flex-start' },
  disks: { display: 'flex', flexDirection: 'column' },
  files: { margin: 0, padding: 0, listStyleType: 'none' },
  file: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalXS,
    overflowWrap: 'anywhere',
    userSelect: 'text',
  },
  muted: { color: tokens.colorNeutralForeground2 },
});

export function RestoreSection({ point }: { readonly point: RestorePointView }) {
  const styles = useStyles();
  const { api } = useApp();
  const isConnected = useIsConnected();
  const { running, isBusy, isStopping, result, error, start, stop } = useOperation<RestoreView>('restore', point.id);
  const restore = (choice: RestoreChoice): void => {
    start((operationId) => api.restorePoints.restore({ id: point.id, operationId, ...choice }));
  };
  return (
    <section className={styles.root} aria-label="Restore">
      <RestoreDialog point={point} isBusy={isBusy} onRestore={restore} />
      {running === undefined ? null : (
        <OperationProgress
          operation={running}
          label="Restoring"
          isStopping={isStopping}
          onStop={isConnected ? stop : undefined}
        />
      )}
      {error === undefined ? null : <OperationError error={error} />}
      {result === undefined ? null : (
        <div role="status">
          <VerdictMark tone="good">
            <strong>{plural(result.disks.length, 'disk')} restored</strong>
          </VerdictMark>
          <ul className={styles.files}>
            {result.disks.map((disk) => (
              <li key={disk.slot} className={styles.file}>
                <Caption1>{disk.file}</Caption1>
                <CopyButton text={disk.file} label="Copy the path" />
              </li>
            ))}
          </ul>
          <Caption1 className={styles.muted}>
            Complete .vhdx files: attach one to a VM, or mount it (Mount-VHD), as it is.
          </Caption1>
        </div>
      )}
    </section>
  );
}

interface RestoreChoice {
  readonly folder: string;
  readonly slots: string[];
  readonly isOverwriting: boolean;
}

interface RestoreDialogProps {
  readonly point: RestorePointView;
  /** One restore of it at a time. */
  readonly isBusy: boolean;
  readonly onRestore: (choice: RestoreChoice) => void;
}

function RestoreDialog({ point, isBusy, onRestore }: RestoreDialogProps) {
  const styles = useStyles();
  const { document } = point;
  const isConnected = useIsConnected();
  const suggested = useMirror((mirror) => mirror.snapshot?.settings.folders.restored ?? '');
  const [isOpen, setIsOpen] = useState(false);
  const [folder, setFolder] = useState('');
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [isOverwriting, setIsOverwriting] = useState(false);
  const disks = document.disks.filter((disk) => !left.has(disk.slot));
  const needed = disks.reduce((sum, disk) => sum + disk.imageSizeBytes, 0);
  const toggle = (slot: string): void => {
    const next = new Set(left);
    if (!next.delete(slot)) next.add(slot);
    setLeft(next);
  };
  const open = (): void => {
    setFolder(ownFolder(suggested, point));
    setLeft(new Set());
    setIsOverwriting(false);
    setIsOpen(true);
  };
  return (
    <Dialog open={isOpen} onOpenChange={(_event, data) => (data.open ? open() : setIsOpen(false))}>
      <DialogTrigger disableButtonEnhancement>
        <Button
          className={styles.button}
          appearance="primary"
          icon={<ArrowDownloadRegular />}
          disabledFocusable={!isConnected || isBusy}
        >
          Restore to a folder…
        </Button>
      </DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>
            Restore {document.vm.name} of {formatTime(point.takenAtMs)}
          </DialogTitle>
          <DialogContent className={styles.content}>
            <Body1>The VM itself is not touched: its disks are written as new .vhdx files.</Body1>
            <FolderField label="Folder" hint="It is made if it is not there." value={folder} onChange={setFolder} />
            <div className={styles.disks} role="group" aria-label="Disks to restore">
              {document.disks.map((disk) => (
                <Checkbox
                  key={disk.slot}
                  label={`${disk.slot}, ${formatBytes(disk.imageSizeBytes)}`}
                  checked={!left.has(disk.slot)}
                  onChange={() => toggle(disk.slot)}
                />
              ))}
            </div>
            <Checkbox
              label="Write over files of the same name"
              checked={isOverwriting}
              onChange={(_event, data) => setIsOverwriting(data.checked === true)}
            />
            <Caption1 className={styles.muted}>Needs {formatBytes(needed)} of free space there.</Caption1>
          </DialogContent>
          <DialogActions className={styles.actions}>
            <DialogTrigger disableButtonEnhancement>
              <Button>Cancel</Button>
            </DialogTrigger>
            <Button
              appearance="primary"
              disabled={folder.trim() === '' || disks.length === 0 || isBusy || !isConnected}
              onClick={() => {
                setIsOpen(false);
                onRestore({ folder: folder.trim(), slots: disks.map((disk) => disk.slot), isOverwriting });
              }}
            >
              Restore {plural(disks.length, 'disk')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

/** A folder of its own for each restore point, so that two of them never meet. */
function ownFolder(folder: string, { id, document }: RestorePointView): string {
  if (folder === '') return '';
  const separator = folder.includes('\\') && !folder.startsWith('/') ? '\\' : '/';
  const name = document.vm.name.replaceAll(/[^A-Za-z0-9._-]/g, '_');
  return `${folder}${separator}${name}-${shortId(id)}`;
}
