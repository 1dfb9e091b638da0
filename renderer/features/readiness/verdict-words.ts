// Verdicts in words and tones, the same on every screen.
import type { Verdict } from '../../../shared/model/online-backup-gates.ts';
import type { VmRowView } from '../../../shared/ipc/views.ts';
import type { Severity, VmVerdict } from '../../../shared/model/readiness.ts';
import type { Tone } from '../../ui/verdict-mark.tsx';

export interface Word {
  readonly tone: Tone;
  readonly text: string;
}

export const gateWords: Readonly<Record<Verdict, Word>> = {
  pass: { tone: 'good', text: 'Passes' },
  fail: { tone: 'bad', text: 'Does not pass' },
  unknown: { tone: 'unknown', text: 'Not known' },
};

export const vmWords: Readonly<Record<VmVerdict, Word>> = {
  ready: { tone: 'good', text: 'Ready online' },
  limited: { tone: 'warning', text: 'Ready, with limits' },
  'not-yet': { tone: 'bad', text: 'Not yet' },
  cannot: { tone: 'bad', text: 'Cannot' },
  unknown: { tone: 'unknown', text: 'Not known' },
};

/** What needs attention first. */
export const verdictOrder: readonly VmVerdict[] = ['cannot', 'not-yet', 'unknown', 'limited', 'ready'];

export const severityWords: Readonly<Record<Severity, Word>> = {
  'blocks-online-backup': { tone: 'bad', text: 'Blocks online backup' },
  'blocks-this-vm': { tone: 'bad', text: 'Blocks this VM' },
  degrades: { tone: 'warning', text: 'Limits what can be done' },
  advice: { tone: 'info', text: 'Advice' },
  unknown: { tone: 'unknown', text: 'Could not be read' },
};

/** Its backup can be begun, as far as the audit knows. With a verdict that is not known it can be tried, one by one. */
export function isReady({ verdict, state }: Pick<VmRowView, 'verdict' | 'state'>): boolean {
  return state === 'running' && (verdict === 'ready' || verdict === 'limited');
}
