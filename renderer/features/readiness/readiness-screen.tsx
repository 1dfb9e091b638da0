// Can every VM be backed up online? The three gates first, then every VM with its verdict and what to do.
import { Button, Dropdown, Option, SearchBox, Spinner, makeStyles, tokens } from '@fluentui/react-components';
import { ArrowSyncRegular, ServerRegular } from '@fluentui/react-icons';
import { useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { ReadinessView, VmRowView } from '../../../shared/ipc/views.ts';
import type { VmVerdict } from '../../../shared/model/readiness.ts';
import { formatTime, plural } from '../../../shared/words/format.ts';
import { useApp, useIsConnected } from '../../state/use-app.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorCard } from '../../ui/error-card.tsx';
import { Page } from '../../ui/page.tsx';
import { VerdictMark } from '../../ui/verdict-mark.tsx';
import { findVms } from '../backup/find-vms.ts';
import { GateCard, NoClusterCard } from './gate-card.tsx';
import { isReady, verdictOrder, vmWords } from './verdict-words.ts';
import { VmDetails } from './vm-details.tsx';
import { stateWord } from './vm-state-words.ts';

const useStyles = makeStyles({
  gates: {
    display: 'grid',
    gridTemplateColumns: 'repeat(3, minmax(0, 1fr))',
    gap: tokens.spacingHorizontalL,
    flexShrink: 0,
  },
  tools: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM, flexShrink: 0 },
  search: { width: '280px' },
  lists: { display: 'flex', gap: tokens.spacingHorizontalL, flexGrow: 1, minHeight: '280px' },
  dropdown: { minWidth: '200px' },
});

export function ReadinessScreen() {
  const { site } = useApp();
  const { readiness, vms, isLoading, error } = useStore(site.store);
  const isConnected = useIsConnected();
  const again = (
    <Button
      icon={isLoading ? <Spinner size="tiny" /> : <ArrowSyncRegular />}
      disabled={isLoading || !isConnected}
      onClick={() => void site.actions.load({ refresh: true })}
    >
      Check again
    </Button>
  );
  return (
    <Page
      title="Readiness"
      subtitle={readiness === undefined ? 'Asking the hosts …' : headline(readiness)}
      actions={again}
    >
      {error === undefined ? null : <ErrorCard error={error} />}
      {readiness === undefined ? (
        error === undefined ? (
          <Spinner label="Reading the site" />
        ) : null
      ) : (
        <Audit readiness={readiness} vms={vms} />
      )}
    </Page>
  );
}

function headline({ vmCounts, vmTotal, siteName, readAtMs, unreachable }: ReadinessView): string {
  const read = `${siteName}, read ${formatTime(readAtMs)}`;
  if (vmTotal === 0) return `No VM was found. ${read}.`;
  // Of VMs on a host that is silent nobody knows, not even how many there are.
  const silent = unreachable.map(({ name }) => name).join(', ');
  const but = silent === '' ? '' : `; not counting the VMs of ${silent}, which did not answer`;
  if (vmCounts.ready === vmTotal) {
    const which = silent === '' ? 'Every VM is' : 'All VMs found are';
    return `${which} ready for online backup (${vmTotal} of ${vmTotal})${but}. ${read}.`;
  }
  const others = [
    [vmCounts.limited, 'with limits'],
    [vmCounts['not-yet'], 'not yet'],
    [vmCounts.cannot, 'cannot'],
    [vmCounts.unknown, 'not known'],
  ] as const;
  const rest = others.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return `${vmCounts.ready} of ${plural(vmTotal, 'VM')} ready for online backup, ${rest.join(', ')}${but}. ${read}.`;
}

function Audit({ readiness, vms }: { readonly readiness: ReadinessView; readonly vms: readonly VmRowView[] }) {
  const styles = useStyles();
  const { plan, route } = useApp();
  const [search, setSearch] = useState('');
  const [verdict, setVerdict] = useState<VmVerdict | 'all'>('all');
  const [openId, setOpenId] = useState<string>();
  const open = vms.find((vm) => vm.vmId === openId);
  const shown = useMemo(
    () => findVms(vms, search).filter((vm) => verdict === 'all' || vm.verdict === verdict),
    [vms, search, verdict],
  );
  const ready = useMemo(() => vms.filter(isReady), [vms]);
  const backUp = (chosen: readonly VmRowView[]): void => {
    plan.actions.choose(new Set(chosen.map((vm) => vm.vmId)));
    route.go({ screen: 'back-up' });
  };
  return (
    <>
      <div className={styles.gates}>
        {readiness.gates.map((gate) => (
          <GateCard key={gate.id} gate={gate} />
        ))}
        {readiness.gates.some((gate) => gate.id === 'functional-level') ? null : <NoClusterCard />}
      </div>
      {readiness.unreachable.map(({ hostId, name, reason }) => (
        <VerdictMark key={hostId} tone="unknown">
          {name} did not answer ({reason}). Its VMs are not known.
        </VerdictMark>
      ))}
      <div className={styles.tools}>
        <SearchBox
          className={styles.search}
          placeholder="Find a VM or host"
          aria-label="Find a VM or host"
          value={search}
          onChange={(_event, data) => setSearch(data.value)}
        />
        <Dropdown
          className={styles.dropdown}
          aria-label="Verdict"
          value={verdict === 'all' ? 'All verdicts' : `${vmWords[verdict].text} (${readiness.vmCounts[verdict]})`}
          selectedOptions={[verdict]}
          onOptionSelect={(_event, { optionValue }) =>
            setVerdict(verdictOrder.find((candidate) => candidate === optionValue) ?? 'all')
          }
        >
          <Option value="all">All verdicts</Option>
          {[...verdictOrder].reverse().map((candidate) => (
            <Option key={candidate} value={candidate} text={vmWords[candidate].text}>
              {vmWords[candidate].text} ({readiness.vmCounts[candidate]})
            </Option>
          ))}
        </Dropdown>
        <div style={{ flexGrow: 1 }} />
        <Button appearance="primary" disabled={ready.length === 0} onClick={() => backUp(ready)}>
          Back up the {plural(ready.length, 'ready VM')}…
        </Button>
      </div>
      <div className={styles.lists}>
        <DataTable
          label="VMs and their verdicts"
          rows={shown}
          idOf={(vm) => vm.vmId}
          nameOf={(vm) => vm.name}
          columns={open === undefined ? columns : narrowColumns}
          initialSort={{ columnId: 'verdict', direction: 'ascending' }}
          openId={openId}
          onOpen={(vm) => setOpenId(vm.vmId === openId ? undefined : vm.vmId)}
          empty={
            <EmptyState
              icon={<ServerRegular />}
              title={vms.length === 0 ? 'No VM was found' : 'No VM fits'}
              text={
                vms.length === 0
                  ? 'The hosts that answered have no VM.'
                  : 'Change what you look for, or show all verdicts.'
              }
            />
          }
        />
        {open === undefined ? null : (
          <VmDetails
            vm={open}
            readiness={readiness}
            onClose={() => setOpenId(undefined)}
            onBackUp={() => backUp([open])}
          />
        )}
      </div>
    </>
  );
}

/** Left out while the details are open: they say the same. */
const wideOnly: ReadonlySet<string> = new Set(['version', 'todo']);

const columns: readonly Column<VmRowView>[] = [
  {
    id: 'name',
    title: 'VM',
    width: 'minmax(110px, 1.4fr)',
    render: (vm) => <strong>{vm.name}</strong>,
    sortBy: (vm) => vm.name,
  },
  {
    id: 'verdict',
    title: 'Verdict',
    width: 'minmax(160px, 1.2fr)',
    render: (vm) => <VerdictMark tone={vmWords[vm.verdict].tone}>{vmWords[vm.verdict].text}</VerdictMark>,
    sortBy: (vm) => verdictOrder.indexOf(vm.verdict),
  },
  { id: 'host', title: 'Host', width: 'minmax(70px, 1fr)', render: (vm) => vm.hostName, sortBy: (vm) => vm.hostName },
  {
    id: 'version',
    title: 'Version',
    width: '84px',
    render: (vm) => vm.configurationVersion,
    sortBy: (vm) => Number.parseFloat(vm.configurationVersion) || 0,
  },
  {
    id: 'state',
    title: 'State',
    width: 'minmax(80px, 0.8fr)',
    render: (vm) => stateWord(vm.state),
    sortBy: (vm) => stateWord(vm.state),
  },
  {
    id: 'todo',
    title: 'What to do',
    width: 'minmax(120px, 1.6fr)',
    render: (vm) => (vm.findings.length === 0 ? 'Nothing' : plural(vm.findings.length, 'finding')),
    sortBy: (vm) => vm.findings.length,
  },
];

const narrowColumns = columns.filter((column) => !wideOnly.has(column.id));
