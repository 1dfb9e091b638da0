// Faults of the lab by the names that can be typed: what goes wrong on purpose, so that one can see what happens then.
import { AppError } from '../../shared/errors/app-error.ts';
import { vmPhases } from '../../shared/model/run.ts';
import type { LabFault } from '../lab/index.ts';
import type { LabConsole } from './composition.ts';

const faults: Readonly<Record<string, LabFault>> = {
  'vss-writer-fails': { at: 'quiesce', effect: 'vss-writer-fails' },
  'quiesce-timeout': { at: 'quiesce', effect: 'quiesce-timeout' },
  'freeze-timeout': { at: 'quiesce', effect: 'freeze-timeout' },
  'checkpoint-fails': { at: 'create-checkpoint', effect: 'job-fails' },
  'lost-answer': { at: 'request-checkpoint', effect: 'lost-answer' },
  'merge-stalls': { at: 'merge', effect: 'stalls' },
  'read-error': { at: 'read', effect: 'read-error' },
  'host-unreachable': { at: 'call', effect: 'host-unreachable' },
};

/** `killed-in-reading` and so on: the process ends there as by a power cut. */
const killPrefix = 'killed-in-';
const killNames = vmPhases.map((phase) => `${killPrefix}${phase}`);

export const labFaultNames: readonly string[] = [...Object.keys(faults), ...killNames];

/** @param given each `NAME` or `NAME:VM`. Returns what ends them. @throws AppError `lab.fault-unknown` */
export function stageLabFaults(given: readonly string[], { lab, api }: LabConsole): () => void {
  const ends = given.map((text) => {
    const [name = '', ...rest] = text.split(':');
    const vm = rest.length === 0 ? undefined : rest.join(':');
    if (killNames.includes(name)) return killIn(name.slice(killPrefix.length), vm, api);
    const fault = Object.hasOwn(faults, name) ? faults[name] : undefined;
    if (fault === undefined) throw new AppError('lab.fault-unknown', { fault: text, known: labFaultNames });
    const handle = lab.faults.add(vm === undefined ? fault : { ...fault, vm });
    return () => handle.release();
  });
  return () => ends.forEach((end) => end());
}

function killIn(phase: string, vm: string | undefined, api: LabConsole['api']): () => void {
  const names = new Map<string, string>();
  return api.app.changed(({ change }) => {
    if (change.type !== 'run') return;
    const { event } = change;
    if (event.type === 'run-queued') event.request.vms.forEach((asked) => names.set(asked.vmId, asked.name));
    if (event.type !== 'vm-phase-entered' || event.phase !== phase) return;
    const isMeant = vm === undefined || names.get(event.vmId)?.toLowerCase() === vm.toLowerCase();
    if (isMeant) process.kill(process.pid, 'SIGKILL');
  });
}
