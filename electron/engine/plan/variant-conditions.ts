// What each off-host variant needs beyond the common conditions.
import type { PlanCondition } from '../../../shared/model/backup-plan.ts';
import type { HostId } from '../../../shared/model/ids.ts';
import type {
  OffHostVariant,
  ProviderKind,
  ProxyFacts,
  SnapshotProvider,
  SnapshotVolumeFacts,
} from '../../../shared/model/off-host.ts';
import { judgeHostBuild, releaseNameOf, type Judgement } from '../../../shared/model/online-backup-gates.ts';
import type { SiteInventory } from '../../../shared/model/site.ts';
import { aboutProxy, type PlanContext } from './common-conditions.ts';
import { condition, fail, overVolumes, pass, unknown } from './judge.ts';
import type { PlacedVm } from './place-vm.ts';
import { sorted } from './sorted.ts';

/** In order of preference: who carries the reading. */
export const variants = ['transportable', 'file-share', 'software'] as const satisfies readonly OffHostVariant[];

export const providerKindOf: Readonly<Record<OffHostVariant, ProviderKind>> = {
  transportable: 'hardware',
  'file-share': 'file-share',
  software: 'software',
};

export function variantConditions(
  variant: OffHostVariant,
  placed: PlacedVm,
  context: PlanContext,
): readonly PlanCondition[] {
  switch (variant) {
    case 'transportable':
      return [
        condition('hardware-provider', judgeProvider(placed, 'transportable')),
        condition(
          'proxy-outside-cluster',
          aboutProxy(placed, context, (proxy) => judgeCluster(placed, proxy, context.inventory)),
        ),
        condition(
          'same-os-build',
          aboutProxy(placed, context, (proxy) => judgeBuild(placed, proxy, context.inventory)),
        ),
        condition('volumes-visible', aboutProxy(placed, context, judgeVisible)),
      ];
    case 'file-share':
      return [
        condition('file-share-provider', judgeProvider(placed, 'file-share')),
        condition('full-access-to-share', aboutProxy(placed, context, judgeAccess)),
        condition('same-domain', aboutProxy(placed, context, judgeDomain)),
      ];
    case 'software':
      return [
        condition('software-provider', judgeProvider(placed, 'software')),
        condition('proxy-reaches-host', aboutProxy(placed, context, judgeReach)),
      ];
  }
}

/** Those that can take one set of all these volumes, by name. */
export function commonProviders(
  volumes: readonly SnapshotVolumeFacts[],
  variant: OffHostVariant,
): readonly SnapshotProvider[] {
  const usable = volumes.map((volume) => providersOf(volume, variant));
  return sorted(
    (usable[0] ?? []).filter(({ id }) => usable.every((providers) => providers.some((other) => other.id === id))),
    ({ name }) => name,
    ({ id }) => id,
  );
}

function providersOf(
  { providers, storage }: SnapshotVolumeFacts,
  variant: OffHostVariant,
): readonly SnapshotProvider[] {
  if ((storage === 'smb3') !== (variant === 'file-share')) return [];
  return providers.filter(({ kind }) => kind === providerKindOf[variant]);
}

function judgeProvider(placed: PlacedVm, variant: OffHostVariant): Judgement {
  const common = commonProviders(placed.snapshotVolumes, variant);
  return overVolumes(placed, (volume) => {
    const own = sorted(providersOf(volume, variant), ({ name }) => name);
    const [shared] = common;
    if (shared !== undefined) return pass(`${volume.path} has ${shared.name}`);
    if (own.length > 0) return fail(`${volume.path} has ${namesOf(own)}, which not every volume of the VM has`);
    const others = sorted(volume.providers, ({ name }) => name);
    return fail(`${volume.path} has ${others.length === 0 ? 'no provider' : `only ${namesOf(others)}`}`);
  });
}

function namesOf(providers: readonly SnapshotProvider[]): string {
  return providers.map(({ name, kind }) => `${name} (${kind})`).join(', ');
}

function judgeCluster(placed: PlacedVm, proxy: ProxyFacts, { site }: SiteInventory): Judgement {
  if (site.cluster?.nodes.some((node) => node.hostId === proxy.id) === true) {
    return fail(`${proxy.name} is a node of ${site.cluster.name}`);
  }
  return overVolumes(placed, ({ path, hostId, isClusterShared }) => {
    const isClustered = isClusterShared || site.hosts.some((host) => host.id === hostId && host.inCluster);
    if (!isClustered) return pass(`${path} is of no cluster`);
    if (proxy.clusterName === undefined) return pass(`${proxy.name} is in no cluster`);
    if (site.cluster === undefined) return unknown(`The cluster of ${path} did not say its name`);
    const found = `${proxy.name} is in the cluster ${proxy.clusterName}, ${path} in ${site.cluster.name}`;
    return isSameName(proxy.clusterName, site.cluster.name) ? fail(found) : pass(found);
  });
}

function judgeBuild(placed: PlacedVm, proxy: ProxyFacts, inventory: SiteInventory): Judgement {
  return overVolumes(placed, ({ hostId }) => {
    const build = buildOf(hostId, inventory);
    const found = `${hostId} runs ${releaseOf(build)}, ${proxy.name} ${releaseOf(proxy.buildNumber)}`;
    if (judgeHostBuild(build) === 'unknown' || judgeHostBuild(proxy.buildNumber) === 'unknown') return unknown(found);
    return build === proxy.buildNumber ? pass(found) : fail(found);
  });
}

function buildOf(hostId: HostId, { hosts, site }: SiteInventory): number {
  const host = hosts.find((entry) => entry.host.id === hostId)?.host;
  return host?.buildNumber ?? site.cluster?.nodes.find((node) => node.hostId === hostId)?.buildNumber ?? 0;
}

function releaseOf(build: number): string {
  if (judgeHostBuild(build) === 'unknown') return 'a build that is not known';
  return releaseNameOf(build) ?? `build ${build}`;
}

function judgeVisible(proxy: ProxyFacts, placed: PlacedVm): Judgement {
  return overVolumes(placed, ({ path, volumeId }) =>
    proxy.visibleVolumeIds.includes(volumeId)
      ? pass(`${proxy.name} sees ${path}`)
      : fail(`${proxy.name} does not see ${path}`),
  );
}

function judgeAccess(proxy: ProxyFacts, placed: PlacedVm): Judgement {
  return overVolumes(placed, ({ path, volumeId }) =>
    proxy.fullAccessVolumeIds.includes(volumeId)
      ? pass(`${proxy.name} has full access to ${path}`)
      : fail(`${proxy.name} does not have full access to ${path}`),
  );
}

function judgeDomain(proxy: ProxyFacts, placed: PlacedVm): Judgement {
  return overVolumes(placed, ({ path, serverDomain }) => {
    if (proxy.domain === undefined) return unknown(`${proxy.name} did not say its domain`);
    if (serverDomain === undefined) return unknown(`The server of ${path} did not say its domain`);
    const found = `${proxy.name} is in ${proxy.domain}, the server of ${path} in ${serverDomain}`;
    return isSameName(proxy.domain, serverDomain) ? pass(found) : fail(found);
  });
}

function judgeReach(proxy: ProxyFacts, placed: PlacedVm): Judgement {
  const { name, reachableHostIds } = proxy;
  return overVolumes(placed, ({ hostId }) => {
    if (reachableHostIds === undefined) return unknown(`Nobody tried whether ${name} reaches ${hostId}`);
    return reachableHostIds.includes(hostId)
      ? pass(`${name} reaches ${hostId}`)
      : fail(`${name} does not reach ${hostId}`);
  });
}

function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
