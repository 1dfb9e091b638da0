// States of a VM as Hyper-V Manager calls them.
import type { VmState } from '../../../shared/model/site.ts';

const words: Readonly<Record<VmState, string>> = {
  running: 'Running',
  off: 'Off',
  saved: 'Saved',
  paused: 'Paused',
  starting: 'Starting',
  stopping: 'Stopping',
  critical: 'Critical',
  other: 'Other',
};

export function stateWord(state: VmState): string {
  return words[state];
}
