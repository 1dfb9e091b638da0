// What is known of the site: gates and counts, and every VM. Read from the backend in pages; one reading replaces another
// whole, so that a list never mixes two moments.
import { createStore, type StoreApi } from 'zustand/vanilla';
import { AppError, type AppErrorData } from '../../shared/errors/app-error.ts';
import type { ConsoleApi } from '../../shared/ipc/contract.ts';
import type { ReadinessView, VmRowView } from '../../shared/ipc/views.ts';
import type { VmId } from '../../shared/model/ids.ts';

export interface SiteState {
  readonly isLoading: boolean;
  readonly readiness?: ReadinessView;
  readonly vms: readonly VmRowView[];
  readonly error?: AppErrorData;
}

export type SiteStore = StoreApi<SiteState>;

export interface SiteActions {
  /** @param refresh asks the hosts again; otherwise what was read last is good enough */
  load(options: { readonly refresh: boolean }): Promise<void>;
}

/** Pages of two readings do not fit together: begun again so often before it is given up. */
const mostAttempts = 3;

export function createSite(api: ConsoleApi): { readonly store: SiteStore; readonly actions: SiteActions } {
  const store = createStore<SiteState>(() => ({ isLoading: false, vms: [] }));
  let latest = 0;

  const load = async (refresh: boolean): Promise<void> => {
    const mine = (latest += 1);
    store.setState({ isLoading: true });
    const loaded = await readSite(api, refresh);
    // A later load has been asked for meanwhile: its answer counts.
    if (mine !== latest) return;
    if ('error' in loaded) store.setState({ isLoading: false, error: loaded.error });
    else store.setState({ isLoading: false, ...loaded }, false);
    if (!('error' in loaded)) store.setState(({ error: _error, ...state }) => state, true);
  };

  return { store, actions: { load: ({ refresh }) => load(refresh) } };
}

type Loaded =
  { readonly readiness: ReadinessView; readonly vms: readonly VmRowView[] } | { readonly error: AppErrorData };

async function readSite(api: ConsoleApi, refresh: boolean): Promise<Loaded> {
  for (let attempt = 1; ; attempt += 1) {
    const readiness = await api.site.readiness({ refresh: refresh && attempt === 1 });
    if (!readiness.ok) return { error: readiness.error };
    const vms = await readVms(api, readiness.value.readAtMs);
    if ('error' in vms) return vms;
    if (!vms.isMixed) return { readiness: readiness.value, vms: vms.rows };
    // Part of a list shown as the whole would hide VMs.
    if (attempt === mostAttempts) return { error: new AppError('console.reading-changed', {}).toData() };
  }
}

async function readVms(
  api: ConsoleApi,
  readAtMs: number,
): Promise<{ readonly rows: readonly VmRowView[]; readonly isMixed: boolean } | { readonly error: AppErrorData }> {
  const rows: VmRowView[] = [];
  let after: VmId | undefined;
  let isMixed = false;
  do {
    const page = await api.site.vms({ limit: 1000, ...(after === undefined ? {} : { after }) });
    if (!page.ok && page.error.code === 'console.reading-changed') return { rows, isMixed: true };
    if (!page.ok) return { error: page.error };
    isMixed ||= page.value.readAtMs !== readAtMs;
    rows.push(...page.value.vms);
    after = page.value.nextAfter;
  } while (after !== undefined && !isMixed);
  return { rows, isMixed };
}
