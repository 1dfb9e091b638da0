// The one thing to do about a host that did not answer, for every rule that needed its facts.
import type { Fix } from '../../../shared/model/readiness.ts';

export function reachHostFix(name: string, reason: string): Fix {
  return {
    steps: [`Bring ${name} back or make it reachable (${reason}), then run the audit again.`],
    isReversible: true,
    risk: 'None: reading changes nothing.',
  };
}
