// A host that does not answer: its VMs are unknown, and nobody may take them for fine.
import type { Rule } from '../rule.ts';
import { reachHostFix } from './unreachable-fix.ts';

export const hostAnswers: Rule = {
  id: 'host.answers',
  scope: 'host',
  severity: 'blocks-online-backup',
  needed: 'the host answers',
  readFrom: 'the inventory of the host, in one call',
  why: 'What a silent host owns cannot be judged, and cannot be backed up now.',
  source: 'Stillpoint',
  judge: ({ unreachable }) =>
    unreachable.map((host) => ({
      subject: host.name,
      verdict: 'unknown',
      found: `no answer: ${host.reason}`,
      vmIds: [],
      fix: reachHostFix(host.name, host.reason),
    })),
};
