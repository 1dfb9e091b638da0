// A folder of the computer Stillpoint runs on: typed, or chosen step by step.
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  Field,
  Input,
  Spinner,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { ArrowUpRegular, FolderOpenRegular, FolderRegular } from '@fluentui/react-icons';
import { useEffect, useRef, useState } from 'react';
import type { AppErrorData } from '../../../shared/errors/app-error.ts';
import type { FolderView } from '../../../shared/ipc/views.ts';
import { formatBytes } from '../../../shared/words/format.ts';
import { useApp } from '../../state/use-app.ts';
import { ErrorCard } from '../../ui/error-card.tsx';

const useStyles = makeStyles({
  row: { display: 'flex', gap: tokens.spacingHorizontalS },
  input: { flexGrow: 1, minWidth: 0 },
  actions: { whiteSpace: 'nowrap', gridColumnStart: 1 },
  content: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, height: '360px' },
  list: {
    flexGrow: 1,
    minHeight: 0,
    overflow: 'auto',
    listStyleType: 'none',
    margin: 0,
    padding: tokens.spacingHorizontalXS,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
  },
  folder: { width: '100%', justifyContent: 'flex-start', fontWeight: tokens.fontWeightRegular },
  path: { overflowWrap: 'anywhere' },
  free: { color: tokens.colorNeutralForeground2 },
});

export interface FolderFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly onChange: (path: string) => void;
}

export function FolderField({ label, hint, value, onChange }: FolderFieldProps) {
  const styles = useStyles();
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })}>
      {(field) => (
        <div className={styles.row}>
          <Input
            {...field}
            className={styles.input}
            value={value}
            spellCheck={false}
            onChange={(_event, data) => onChange(data.value)}
          />
          <BrowseButton label={label} path={value} onChoose={onChange} />
        </div>
      )}
    </Field>
  );
}

interface BrowseButtonProps {
  readonly label: string;
  readonly path: string;
  readonly onChoose: (path: string) => void;
}

function BrowseButton({ label, path, onChoose }: BrowseButtonProps) {
  const styles = useStyles();
  const { api } = useApp();
  const [isOpen, setIsOpen] = useState(false);
  const [folder, setFolder] = useState<FolderView>();
  const [error, setError] = useState<AppErrorData>();

  const list = useRef<HTMLUListElement>(null);
  const latest = useRef(0);

  const show = async (target: string | undefined): Promise<boolean> => {
    const mine = (latest.current += 1);
    const result = await api.folders.list(target === undefined ? {} : { path: target });
    // Somebody went on meanwhile: the folder that was asked for last is the one that is shown.
    if (mine !== latest.current) return result.ok;
    setError(result.ok ? undefined : result.error);
    if (result.ok) setFolder(result.value);
    return result.ok;
  };
  const open = async (): Promise<void> => {
    setFolder(undefined);
    setIsOpen(true);
    // What was typed may not be there yet: then begin where a user begins.
    if (path === '' || !(await show(path))) await show(undefined);
  };
  useEffect(() => {
    // The button that was pressed has gone with its folder: the keyboard goes on in the new one.
    if (folder !== undefined) list.current?.focus();
  }, [folder]);
  const isDrives = folder !== undefined && isAboveDrives(folder);
  return (
    <Dialog
      open={isOpen}
      onOpenChange={(_event, data) => {
        if (data.open) void open();
        else setIsOpen(false);
      }}
    >
      <DialogTrigger disableButtonEnhancement>
        <Button icon={<FolderOpenRegular />}>Browse…</Button>
      </DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{label}</DialogTitle>
          <DialogContent className={styles.content}>
            {error === undefined ? null : <ErrorCard error={error} />}
            {folder === undefined ? (
              error === undefined ? (
                <Spinner label="Looking" />
              ) : null
            ) : (
              <>
                <strong className={styles.path}>{isDrives ? 'This PC' : folder.path}</strong>
                <ul
                  className={styles.list}
                  ref={list}
                  tabIndex={-1}
                  aria-label={isDrives ? 'Drives of this PC' : `Folders in ${folder.path}`}
                >
                  {folder.parent === undefined ? null : (
                    <li>
                      <Button
                        appearance="subtle"
                        className={styles.folder}
                        icon={<ArrowUpRegular />}
                        onClick={() => void show(folder.parent)}
                      >
                        One level up
                      </Button>
                    </li>
                  )}
                  {folder.folders.map((name) => (
                    <li key={name}>
                      <Button
                        appearance="subtle"
                        className={styles.folder}
                        icon={<FolderRegular />}
                        onClick={() => void show(inside(folder.path, name))}
                      >
                        {name}
                      </Button>
                    </li>
                  ))}
                  {folder.isCutShort ? <li>There are more: type the path instead.</li> : null}
                </ul>
                {folder.freeBytes === undefined ? null : (
                  <span className={styles.free}>{formatBytes(folder.freeBytes)} free on this volume</span>
                )}
              </>
            )}
          </DialogContent>
          <DialogActions className={styles.actions}>
            <DialogTrigger disableButtonEnhancement>
              <Button>Cancel</Button>
            </DialogTrigger>
            <Button
              appearance="primary"
              disabled={folder === undefined || isDrives}
              onClick={() => {
                if (folder !== undefined) onChoose(folder.path);
                setIsOpen(false);
              }}
            >
              Use this folder
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

/** Where the drives of Windows are listed: no folder that could hold anything. */
function isAboveDrives({ path }: FolderView): boolean {
  return /^[\\/]{2}\.[\\/]*$/.test(path);
}

function inside(folder: string, name: string): string {
  // Drives of Windows come as whole paths.
  if (/^[A-Za-z]:\\$/.test(name)) return name;
  const separator = folder.includes('\\') && !folder.startsWith('/') ? '\\' : '/';
  return folder.endsWith(separator) ? `${folder}${name}` : `${folder}${separator}${name}`;
}
