// The manual backup: which VMs, how, into what, and a sentence that says what will happen before the button is pressed.
import { Button, SearchBox, Spinner, makeStyles, tokens } from '@fluentui/react-components';
import { ArrowSyncRegular, ServerRegular } from '@fluentui/react-icons';
import { useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { VmRowView } from '../../../shared/ipc/views.ts';
import { toVmId } from '../../../shared/model/ids.ts';
import { formatBytes, plural } from '../../../shared/words/format.ts';
import { useApp, useIsConnected } from '../../state/use-app.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorCard } from '../../ui/error-card.tsx';
import { Page } from '../../ui/page.tsx';
import { VerdictMark } from '../../ui/verdict-mark.tsx';
import { verdictOrder, vmWords } from '../readiness/verdict-words.ts';
import { stateWord } from '../readiness/vm-state-words.ts';
import { findVms, whereChosenAre } from './find-vms.ts';
import { PlanPanel } from './plan-panel.tsx';

const useStyles = makeStyles({
  columns: { display: 'flex', gap: tokens.spacingHorizontalL, flexGrow: 1, minHeight: 0 },
  left: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    flexGrow: 1,
    minWidth: 0,
    minHeight: 0,
  },
  tools: {
    display: 'flex',
    alignItems: 'center',
    flexWrap: 'wrap',
    columnGap: tokens.spacingHorizontalM,
    rowGap: tokens.spacingVerticalXS,
  },
  search: { flex: '0 1 280px', minWidth: '160px' },
  count: { color: tokens.colorNeutralForeground2 },
});

export function BackupScreen() {
  const styles = useStyles();
  const { site, plan } = useApp();
  const { vms, isLoading, error, readiness } = useStore(site.store);
  const chosen = useStore(plan.store, (state) => state.chosen);
  const isConnected = useIsConnected();
  const [search, setSearch] = useState('');
  const shown = useMemo(() => findVms(vms, search), [vms, search]);
  const { hidden, gone } = useMemo(() => whereChosenAre(chosen, vms, shown), [chosen, vms, shown]);
  return (
    <Page
      title="Back up"
      subtitle="Choose running VMs. They keep running while their frozen disks are copied."
      actions={
        <Button
          icon={isLoading ? <Spinner size="tiny" /> : <ArrowSyncRegular />}
          disabled={isLoading || !isConnected}
          onClick={() => void site.actions.load({ refresh: true }).then(() => plan.actions.refresh())}
        >
          Read again
        </Button>
      }
    >
      {error === undefined ? null : <ErrorCard error={error} />}
      <div className={styles.columns}>
        <div className={styles.left}>
          <div className={styles.tools}>
            <SearchBox
              className={styles.search}
              placeholder="Find a VM or host"
              aria-label="Find a VM or host"
              value={search}
              onChange={(_event, data) => setSearch(data.value)}
            />
            <span className={styles.count} role="status">
              {chosen.size === 0
                ? plural(shown.length, 'VM')
                : `${chosen.size - gone.length} of ${plural(vms.length, 'VM')} chosen${hidden === 0 ? '' : `, ${hidden} of them not shown`}`}
            </span>
            {gone.length === 0 || readiness === undefined ? null : (
              <Button
                appearance="transparent"
                size="small"
                onClick={() => plan.actions.choose(new Set([...chosen].filter((id) => !gone.includes(id))))}
              >
                Drop {plural(gone.length, 'chosen VM')} no longer found
              </Button>
            )}
            {chosen.size === 0 ? null : (
              <Button appearance="transparent" onClick={() => plan.actions.choose(new Set())}>
                Choose none
              </Button>
            )}
          </div>
          <DataTable
            label="VMs to back up"
            rows={shown}
            idOf={(vm) => vm.vmId}
            nameOf={(vm) => vm.name}
            columns={columns}
            initialSort={{ columnId: 'name', direction: 'ascending' }}
            selection={{
              chosen,
              onChange: (ids) => plan.actions.choose(new Set([...ids].map(toVmId))),
              canChoose: (vm) => vm.state === 'running',
            }}
            empty={
              readiness === undefined ? (
                <Spinner label="Reading the site" />
              ) : (
                <EmptyState
                  icon={<ServerRegular />}
                  title={vms.length === 0 ? 'No VM was found' : 'No VM fits'}
                  text={vms.length === 0 ? 'The hosts that answered have no VM.' : 'Change what you look for.'}
                />
              )
            }
          />
        </div>
        <PlanPanel />
      </div>
    </Page>
  );
}

const columns: readonly Column<VmRowView>[] = [
  {
    id: 'name',
    title: 'VM',
    width: 'minmax(100px, 1.4fr)',
    render: (vm) => <strong>{vm.name}</strong>,
    sortBy: (vm) => vm.name,
  },
  { id: 'host', title: 'Host', width: 'minmax(56px, 0.6fr)', render: (vm) => vm.hostName, sortBy: (vm) => vm.hostName },
  {
    id: 'state',
    title: 'State',
    width: 'minmax(70px, 0.6fr)',
    render: (vm) => stateWord(vm.state),
    sortBy: (vm) => stateWord(vm.state),
  },
  {
    id: 'size',
    title: 'Disk files',
    width: '92px',
    render: (vm) => formatBytes(vm.fileSizeBytes),
    sortBy: (vm) => vm.fileSizeBytes,
    isNumeric: true,
  },
  {
    id: 'verdict',
    title: 'Online backup',
    width: 'minmax(156px, 1.2fr)',
    render: (vm) => <VerdictMark tone={vmWords[vm.verdict].tone}>{vmWords[vm.verdict].text}</VerdictMark>,
    sortBy: (vm) => verdictOrder.indexOf(vm.verdict),
  },
];
