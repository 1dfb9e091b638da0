// What holds for every off-host variant: the VM, its volumes, the host of the snapshot, a proxy.
import type { PlanCondition, PlanSettings } from '../../../shared/model/backup-plan.ts';
import type { HostId } from '../../../shared/model/ids.ts';
import type { OffHostFacts, ProxyFacts } from '../../../shared/model/off-host.ts';
import type { Judgement } from '../../../shared/model/online-backup-gates.ts';
import type { SiteFacts, SiteInventory } from '../../../shared/model/site.ts';
import { vmRefusal } from '../run/vm-refusal.ts';
import { condition, fail, overVolumes, pass, unknown } from './judge.ts';
import type { PlacedVm } from './place-vm.ts';

export interface PlanContext {
  readonly inventory: SiteInventory;
  readonly offHost: OffHostFacts | undefined;
  readonly settings: PlanSettings;
  /** That the caller named, known or not. */
  readonly askedProxyId: HostId | undefined;
  readonly proxy: ProxyFacts | undefined;
}

export function onlineCondition({ vm, host }: PlacedVm, site: SiteFacts): PlanCondition {
  const refusal = vmRefusal(vm, host, site);
  if (refusal === undefined) return condition('backed-up-online', pass('Nothing speaks against it'));
  return condition('backed-up-online', fail(refusal.text.title), refusal.text.nextStep);
}

export function commonConditions(placed: PlacedVm, context: PlanContext): readonly PlanCondition[] {
  return [
    onlineCondition(placed, context.inventory.site),
    condition('volumes-known', judgeKnown(placed)),
    condition('not-on-s2d', judgeStorage(placed)),
    condition('one-snapshot-host', judgeSnapshotHost(placed)),
    condition('room-for-snapshot', judgeRoom(placed, context.settings)),
    condition('proxy-chosen', judgeProxy(placed, context)),
  ];
}

function judgeKnown(placed: PlacedVm): Judgement {
  return overVolumes(placed, ({ path }) => pass(path));
}

function judgeStorage(placed: PlacedVm): Judgement {
  return overVolumes(placed, ({ path, storage }) => {
    const found = `${path} is ${{ local: 'local', san: 'on a SAN', s2d: 'Storage Spaces Direct', smb3: 'a share' }[storage]}`;
    return storage === 's2d' ? fail(found) : pass(found);
  });
}

function judgeSnapshotHost(placed: PlacedVm): Judgement {
  const hosts = new Set(placed.snapshotVolumes.map(({ hostId }) => hostId));
  return overVolumes(placed, ({ path, hostId }) => {
    const found = `${path} is snapshotted on ${hostId}`;
    return hosts.size > 1 ? fail(found) : pass(found);
  });
}

function judgeRoom(placed: PlacedVm, { snapshotsPerVolume }: PlanSettings): Judgement {
  return overVolumes(placed, ({ path, snapshotCount }) => {
    const found = `${path} has ${snapshotCount} of at most ${snapshotsPerVolume} snapshots`;
    if (!Number.isSafeInteger(snapshotCount) || snapshotCount < 0) return unknown(`${path} did not say its snapshots`);
    return snapshotCount < snapshotsPerVolume ? pass(found) : fail(found);
  });
}

function judgeProxy(placed: PlacedVm, { offHost, proxy, askedProxyId }: PlanContext): Judgement {
  if (offHost === undefined) return unknown('Nobody has looked for proxies');
  if (proxy === undefined) {
    return fail(askedProxyId === undefined ? 'No proxy is set up' : `${askedProxyId} is not among the proxies`);
  }
  const hosts = [placed.host.id, ...placed.snapshotVolumes.map(({ hostId }) => hostId)];
  return hosts.includes(proxy.id) ? fail(`${proxy.name} is a host of the VM or its volumes`) : pass(proxy.name);
}

/** Without a proxy nothing is known about it. */
export function aboutProxy(
  placed: PlacedVm,
  { proxy }: PlanContext,
  judge: (proxy: ProxyFacts, placed: PlacedVm) => Judgement,
): Judgement {
  return proxy === undefined ? unknown('There is no proxy to ask') : judge(proxy, placed);
}
