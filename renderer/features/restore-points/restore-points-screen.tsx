// The restore points of the repository: what was achieved, what they cost, and whether they are known to be good.
import { Button, Caption1, Dropdown, Option, SearchBox, Spinner, makeStyles, tokens } from '@fluentui/react-components';
import { ArchiveRegular, ArrowSyncRegular } from '@fluentui/react-icons';
import { useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { RestorePointView } from '../../../shared/ipc/views.ts';
import { formatBytes, formatTime, plural, shortId } from '../../../shared/words/format.ts';
import { useApp, useIsConnected, useMirror } from '../../state/use-app.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorCard } from '../../ui/error-card.tsx';
import { Page } from '../../ui/page.tsx';
import { VerdictMark } from '../../ui/verdict-mark.tsx';
import { RepositorySetup } from '../repository/repository-setup.tsx';
import { consistencyMark, listedWords, newBytes, totalBytes, verificationMark } from './restore-point-words.ts';
import { RestorePointPanel } from './restore-point-panel.tsx';

const useStyles = makeStyles({
  setup: { maxWidth: '560px' },
  tools: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM, flexShrink: 0 },
  search: { width: '240px' },
  lists: { display: 'flex', gap: tokens.spacingHorizontalL, flexGrow: 1, minHeight: '280px' },
  muted: { color: tokens.colorNeutralForeground2 },
  grow: { flexGrow: 1 },
  path: { overflowWrap: 'anywhere' },
});

export function RestorePointsScreen() {
  const styles = useStyles();
  const { restorePoints } = useApp();
  const isConnected = useIsConnected();
  const repository = useMirror((mirror) => mirror.snapshot?.repository);
  const { isLoading, error } = useStore(restorePoints.store);
  const isOpen = repository?.location !== undefined && repository.hasPassword;
  return (
    <Page
      title="Restore points"
      subtitle={
        isOpen ? (
          <span className={styles.path}>In {repository.location}</span>
        ) : (
          'Restore points are kept in a repository.'
        )
      }
      actions={
        isOpen ? (
          <Button
            icon={isLoading ? <Spinner size="tiny" /> : <ArrowSyncRegular />}
            disabled={isLoading || !isConnected}
            onClick={() => void restorePoints.actions.load()}
          >
            Read again
          </Button>
        ) : undefined
      }
    >
      {isOpen ? (
        <>
          {error === undefined ? null : <ErrorCard error={error} />}
          <RestorePointLists />
        </>
      ) : (
        <div className={styles.setup}>
          <RepositorySetup />
        </div>
      )}
    </Page>
  );
}

function RestorePointLists() {
  const styles = useStyles();
  const { restorePoints, route } = useApp();
  const state = useStore(restorePoints.store);
  const subject = useStore(route.store, (now) => now.subject);
  const [search, setSearch] = useState('');
  const [vm, setVm] = useState('');
  const names = [...new Set(state.restorePoints.map((point) => point.document.vm.name))].sort((a, b) =>
    a.localeCompare(b),
  );
  const wanted = search.trim().toLowerCase();
  const shown = state.restorePoints.filter(
    (point) =>
      (vm === '' || point.document.vm.name === vm) &&
      (wanted === '' || `${point.document.vm.name} ${point.id} ${point.document.host}`.toLowerCase().includes(wanted)),
  );
  const open = state.restorePoints.find((point) => point.id === subject);
  const columns = useMemo(() => columnsOf(state.problems.length === 0), [state.problems]);
  const shownColumns = useMemo(
    () => (open === undefined ? columns : columns.filter((column) => !wideOnly.has(column.id))),
    [columns, open],
  );
  // Without a list nobody can say that there is none.
  if (!state.hasLoaded) return state.isLoading ? <Spinner label="Opening the repository" /> : null;
  return (
    <>
      <div className={styles.tools}>
        <Dropdown
          aria-label="VM"
          value={vm === '' ? 'All VMs' : vm}
          selectedOptions={[vm]}
          onOptionSelect={(_event, { optionValue }) => setVm(optionValue ?? '')}
        >
          <Option value="">All VMs</Option>
          {names.map((name) => (
            <Option key={name} value={name}>
              {name}
            </Option>
          ))}
        </Dropdown>
        <SearchBox
          className={styles.search}
          placeholder="Find by VM, host or id"
          aria-label="Find by VM, host or id"
          value={search}
          onChange={(_event, data) => setSearch(data.value)}
        />
        <Caption1 className={styles.muted} role="status">
          {listedWords(state.restorePoints.length, state.total)}
          {state.otherSnapshots === 0 ? '' : `, and ${plural(state.otherSnapshots, 'snapshot')} of other programs`}
        </Caption1>
        <span className={styles.grow} />
        {state.nextBefore === undefined ? null : (
          <Button disabled={state.isLoading} onClick={() => void restorePoints.actions.loadMore()}>
            Show earlier ones
          </Button>
        )}
      </div>
      {state.damaged.map(({ error, id, paths }, index) => (
        <ErrorCard key={`${id ?? paths.join()} ${index}`} error={error} />
      ))}
      {state.problems.map((problem, index) => (
        <ErrorCard key={`${problem.code} ${index}`} error={problem} intent="warning" />
      ))}
      {subject === undefined || open !== undefined ? null : (
        <VerdictMark tone="unknown">
          Restore point {shortId(subject)} is not in this list. It may be an earlier one, or it is gone.
        </VerdictMark>
      )}
      <div className={styles.lists}>
        <DataTable
          label="Restore points"
          rows={shown}
          idOf={(point) => point.id}
          nameOf={(point) => `${point.document.vm.name} of ${formatTime(point.takenAtMs)}`}
          columns={shownColumns}
          initialSort={{ columnId: 'taken', direction: 'descending' }}
          openId={open?.id}
          onOpen={(point) =>
            route.go({ screen: 'restore-points', ...(point.id === subject ? {} : { subject: point.id }) })
          }
          empty={
            <EmptyState
              icon={<ArchiveRegular />}
              title={
                state.total === 0
                  ? 'No restore point yet'
                  : state.nextBefore === undefined
                    ? 'No restore point fits'
                    : 'None of the newest restore points fits'
              }
              text={
                state.total === 0
                  ? 'A backup makes one for each VM, and it shows up here the moment it is complete.'
                  : state.nextBefore === undefined
                    ? 'Change what you look for.'
                    : 'Earlier ones have not been looked through: show them, or change what you look for.'
              }
              action={
                state.total === 0 ? (
                  <Button appearance="primary" onClick={() => route.go({ screen: 'back-up' })}>
                    Back up…
                  </Button>
                ) : undefined
              }
            />
          }
        />
        {open === undefined ? null : (
          <RestorePointPanel key={open.id} point={open} onClose={() => route.go({ screen: 'restore-points' })} />
        )}
      </div>
    </>
  );
}

/** Left out while the panel is open: it says the same. */
const wideOnly: ReadonlySet<string> = new Set(['mode', 'new', 'total']);

const columnsOf = (isRecordKnown: boolean): readonly Column<RestorePointView>[] => [
  {
    id: 'vm',
    title: 'VM',
    width: 'minmax(90px, 1fr)',
    render: (point) => <strong>{point.document.vm.name}</strong>,
    sortBy: (point) => point.document.vm.name,
  },
  {
    id: 'taken',
    title: 'Taken',
    width: '152px',
    render: (point) => formatTime(point.takenAtMs),
    sortBy: (point) => point.takenAtMs,
  },
  {
    id: 'consistency',
    title: 'Consistency achieved',
    width: 'minmax(170px, 1.3fr)',
    render: (point) => {
      const { tone, text } = consistencyMark(point.document);
      return <VerdictMark tone={tone}>{text}</VerdictMark>;
    },
    sortBy: (point) => point.document.consistency.achieved,
  },
  {
    id: 'mode',
    title: 'Mode',
    width: '72px',
    render: (point) => point.document.mode,
    sortBy: (point) => point.document.mode,
  },
  {
    id: 'new',
    title: 'New',
    width: '72px',
    render: (point) => formatBytes(newBytes(point.document)),
    sortBy: (point) => newBytes(point.document),
    isNumeric: true,
  },
  {
    id: 'total',
    title: 'Total',
    width: '72px',
    render: (point) => formatBytes(totalBytes(point.document)),
    sortBy: (point) => totalBytes(point.document),
    isNumeric: true,
  },
  {
    id: 'verified',
    title: 'Verified',
    width: 'minmax(140px, 1fr)',
    render: (point) => {
      const { tone, text } = verificationMark(point.verification, isRecordKnown);
      return <VerdictMark tone={tone}>{text}</VerdictMark>;
    },
    sortBy: (point) => point.verification?.atMs ?? 0,
  },
];
