// What the steps of one VM share: its machine, its way to the host, the run's log. Each step is a function over this;
// it checks every move against the pure machine, so that no step can say something the table forbids.
import { AppError, toAppError } from '../../../shared/errors/app-error.ts';
import type { RunEventBody } from '../../../shared/events/run-event.ts';
import { checkpointTag } from '../../../shared/model/checkpoint-tag.ts';
import type { RunRequest, RunVm, VmPhase } from '../../../shared/model/run.ts';
import type { OpenedRepository } from './repository-session.ts';
import type { Clock } from '../ports/clock.ts';
import type { HyperVPort } from '../ports/hyperv.ts';
import type { DataPath } from './data-path.ts';
import { nextState, queuedMachine, type MachineInput, type VmMachine } from './machine.ts';
import type { QuestionDesk } from './questions.ts';
import type { RunFuse } from './run-fuse.ts';
import type { RunLog } from './run-log.ts';
import type { EngineSettings } from './settings.ts';
import { VmAccess } from './vm-access.ts';

/** What a run works with, whichever VM it is at. */
export interface RunTools {
  readonly hyperv: HyperVPort;
  readonly clock: Clock;
  readonly settings: EngineSettings;
  readonly data: DataPath;
  /** Name and version, for restore points. */
  readonly product: string;
}

export interface VmRunOptions {
  readonly tools: RunTools;
  readonly request: RunRequest;
  readonly vm: RunVm;
  readonly log: RunLog;
  readonly opened: OpenedRepository;
  /** Of the run: cancelled by somebody. */
  readonly signal: AbortSignal;
  readonly fuse: RunFuse;
  readonly questions: QuestionDesk;
  /** Throws when the repository failed in another VM of this run: no checkpoint is asked for then. */
  readonly assertRepositoryWorks: () => void;
}

export class VmRun {
  readonly options: VmRunOptions;
  readonly tag: string;
  readonly access: VmAccess;
  /** Ends this VM's work: the run is cancelled, or the fuse of one of its volumes has blown. */
  readonly signal: AbortSignal;
  readonly #fuseBlown = new AbortController();
  #machine: VmMachine = queuedMachine;

  constructor(options: VmRunOptions) {
    const { vm, tools } = options;
    this.options = options;
    this.signal = AbortSignal.any([options.signal, this.#fuseBlown.signal]);
    this.tag = checkpointTag(options.request.runId);
    this.access = new VmAccess({
      hyperv: tools.hyperv,
      clock: tools.clock,
      vmId: vm.vmId,
      vmName: vm.name,
      hostId: vm.hostId,
      pollMs: tools.settings.jobPollMs,
      onMoved: (hostId) => options.log.tell({ type: 'vm-moved', vmId: vm.vmId, hostId }),
    });
  }

  get machine(): VmMachine {
    return this.#machine;
  }

  /** Undefined while it has not. */
  get fuseError(): AppError | undefined {
    const { signal } = this.#fuseBlown;
    return signal.aborted ? (signal.reason as AppError) : undefined;
  }

  /** What has begun to commit is finished: it is short, and merging comes right after it. That is said, and no error. */
  blowFuse(error: AppError<'engine.fuse-blown'>): void {
    const { phase } = this.#machine;
    if (phase === 'merging' || phase === 'done') return;
    if (phase === 'committing') void this.warn(new AppError('engine.fuse-blown-late', error.params));
    else this.#fuseBlown.abort(error);
  }

  /** @throws AppError `bug.unexpected` when the table forbids it */
  move(input: MachineInput): void {
    const next = nextState(this.#machine, input);
    if (typeof next === 'string') throw new AppError('bug.unexpected', { reason: `${this.options.vm.name}: ${next}` });
    this.#machine = next;
  }

  /** Enters a phase: durable before it is told. */
  async enter(phase: VmPhase): Promise<void> {
    this.move({ type: 'enter', phase });
    await this.say({ type: 'vm-phase-entered', vmId: this.options.vm.vmId, phase });
  }

  /** While something of ours may be on the host, a journal that fails must not keep us from removing it. */
  say(body: RunEventBody): Promise<void> {
    const mustGoOn = this.#machine.phase === 'merging' || this.#machine.phase === 'done';
    return mustGoOn ? this.options.log.tell(body) : this.options.log.emit(body);
  }

  async warn(error: unknown): Promise<void> {
    const warning = toAppError(error).toData();
    await this.say({ type: 'vm-warning', vmId: this.options.vm.vmId, warning });
  }
}
