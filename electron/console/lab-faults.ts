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

/** Before anything is opened for them. @param given each `NAME` or `NAME:VM`. @throws AppError `lab.fault-unknown` */
export function checkLabFaults(given: readonly string[]): void {
  const unknown = given.find((text) => !labFaultNames.includes(partsOf(text).name));
  if (unknown !== undefined) throw new AppError('lab.fault-unknown', { fault: unknown, known: labFaultNames });
}

/** Returns what ends them. @throws AppError `lab.fault-unknown` */
export function stageLabFaults(given: readonly string[], { lab, api }: LabConsole): () => void {
  checkLabFaults(given);
  const ends = given.map((text) => {
    const { name, vm } = partsOf(text);
    const fault = Object.hasOwn(faults, name) ? faults[name] : undefined;
    if (fault === undefined) return killIn(name.slice(killPrefix.length), vm, api);
    const handle = lab.faults.add(vm === undefined ? fault : { ...fault, vm });
    return () => handle.release();
  });
  return () => ends.forEach((end) => end());
}

function partsOf(text: string): { readonly name: string; readonly vm: string | undefined } {
  const [name = '', ...rest] = text.split(':');
  return { name, vm: rest.length === 0 ? undefined : rest.join(':') };
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
