// Draws the events of a run as the tree that docs/run-events.md shows, so that a test can hold the two together.
import type { RunEvent } from '../../../shared/events/run-event.ts';
import { toVmId } from '../../../shared/model/ids.ts';

interface Branch {
  readonly label: string;
  readonly children: Branch[];
}

/**
 * Progress is drawn once, marked with `~`: how often it comes is not fixed. The growth of checkpoint files is drawn where
 * it first comes: it goes on beside everything else until the merge is confirmed.
 */
export function drawRunTree(events: readonly RunEvent[]): string {
  const [queued] = events;
  if (queued?.type !== 'run-queued') throw new Error('a run begins with run-queued');
  const names = new Map(queued.request.vms.map((vm) => [vm.vmId, vm.name]));
  const root: Branch = { label: 'run-queued', children: [] };
  const vms = new Map<string, Branch>();
  const phases = new Map<string, Branch>();
  const growing = new Set<string>();
  for (const event of events.slice(1)) {
    const vmId = vmIdOf(event);
    if (vmId === undefined) {
      add(root, labelOf(event));
      continue;
    }
    const vm = vms.get(vmId) ?? add(root, names.get(toVmId(vmId)) ?? vmId);
    vms.set(vmId, vm);
    if (event.type === 'checkpoint-growth') {
      if (growing.has(vmId)) continue;
      growing.add(vmId);
    }
    if (event.type === 'vm-phase-entered') phases.set(vmId, add(vm, event.phase));
    else if (event.type === 'vm-ended') add(vm, labelOf(event));
    else add(phases.get(vmId) ?? vm, labelOf(event));
  }
  return [root.label, ...draw(root.children, '')].join('\n');
}

function vmIdOf(event: RunEvent): string | undefined {
  if ('vmId' in event) return event.vmId;
  if (event.type === 'effect-intended') return event.effect.kind === 'checkpoint' ? event.effect.vmId : undefined;
  if (event.type === 'effect-undone') return /^checkpoint:(.*)$/.exec(event.key)?.[1];
  return undefined;
}

function labelOf(event: RunEvent): string {
  switch (event.type) {
    case 'effect-intended':
      return `effect-intended ${event.effect.kind}`;
    case 'effect-undone':
      return `effect-undone ${event.key.split(':')[0] ?? ''} ${event.how}`;
    case 'vm-ended':
    case 'run-ended':
      return `${event.type} ${event.outcome}`;
    case 'disk-progress':
      return `~ disk-progress ${event.disk.slot}`;
    case 'checkpoint-growth':
    case 'merge-progress':
      return `~ ${event.type}`;
    default:
      return event.type;
  }
}

function add(parent: Branch, label: string): Branch {
  const last = parent.children.at(-1);
  if (label.startsWith('~') && last?.label === label) return last;
  const branch = { label, children: [] };
  parent.children.push(branch);
  return branch;
}

function draw(branches: readonly Branch[], indent: string): readonly string[] {
  return branches.flatMap((branch, index) => {
    const isLast = index === branches.length - 1;
    const below = draw(branch.children, `${indent}${isLast ? '   ' : '│  '}`);
    return [`${indent}${isLast ? '└─ ' : '├─ '}${branch.label}`, ...below];
  });
}
