// One sentence per gate, with the real values in it.
import type { GateReport } from '../../shared/model/readiness.ts';
import type { SiteInventory } from '../../shared/model/site.ts';

const nouns = { 'vm-version': 'VM', 'host-version': 'host', 'functional-level': 'cluster' } as const;

export function summariseGate(
  { id, counts, evidence }: Omit<GateReport, 'summary' | 'fixes'>,
  inventory: SiteInventory,
): string {
  if (id === 'functional-level') return `${evidence[0]?.found ?? 'Nothing is known of the cluster'}.`;
  const noun = nouns[id];
  const total = evidence.length;
  const plural = total === 1 ? noun : `${noun}s`;
  const needed = evidence[0]?.needed ?? '';
  const rest = [
    ...(counts.fail > 0 ? [`${counts.fail} below: ${named(evidence, 'fail')}`] : []),
    ...(counts.unknown > 0 ? [`${counts.unknown} not known: ${named(evidence, 'unknown')}`] : []),
    ...(id === 'vm-version' && inventory.unreachable.length > 0
      ? [`VMs of ${inventory.unreachable.map((host) => host.name).join(', ')} not known`]
      : []),
  ];
  if (total === 0) return `No ${noun} could be read${rest.length > 0 ? `; ${rest.join('; ')}` : ''}.`;
  const values = counts.pass === 0 ? '' : `: ${valuesOf(evidence)}`;
  const passed = `${counts.pass} of ${total} ${plural} ${counts.pass === 1 ? 'has' : 'have'} ${needed}${values}`;
  return `${[passed, ...rest].join('; ')}.`;
}

/** What those that pass have, most frequent first: `6 with 10.0, 2 with 9.0`. */
function valuesOf(evidence: GateReport['evidence']): string {
  const counts = new Map<string, number>();
  for (const { verdict, found } of evidence) {
    if (verdict === 'pass') counts.set(found, (counts.get(found) ?? 0) + 1);
  }
  const most = [...counts].sort(([, a], [, b]) => b - a);
  const words = most.slice(0, mostNamed).map(([found, count]) => `${count} with ${found}`);
  return [...words, ...(most.length > mostNamed ? ['and others'] : [])].join(', ');
}

const mostNamed = 5;

function named(evidence: GateReport['evidence'], verdict: 'fail' | 'unknown'): string {
  const these = evidence.filter((entry) => entry.verdict === verdict);
  const names = these.slice(0, mostNamed).map((entry) => `${entry.subject} (${entry.found})`);
  return [...names, ...(these.length > mostNamed ? [`and ${these.length - mostNamed} more`] : [])].join(', ');
}
