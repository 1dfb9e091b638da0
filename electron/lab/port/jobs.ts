// The jobs of all hosts: started, looked up by id, forgotten some minutes after their end, as Hyper-V does.
// Source: Msvm_ConcreteJob.TimeBeforeRemoval.
import { AppError, toAppError } from '../../../shared/errors/app-error.ts';
import { toJobId, type CheckpointId, type HostId } from '../../../shared/model/ids.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { JobRef, JobStage, JobStatus } from '../../engine/ports/hyperv.ts';

const keptMs = 5 * 60 * 1000;

export interface JobHandle {
  reached(stage: JobStage): void;
}

interface Job {
  readonly ref: JobRef;
  status: JobStatus;
  endedAtMs: number | undefined;
}

export class Jobs {
  readonly #clock: Clock;
  readonly #jobs = new Map<string, Job>();
  readonly #running = new Set<Promise<void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins `work` and returns at once; what it throws becomes the job's error. */
  start(hostId: HostId, id: string, work: (job: JobHandle) => Promise<CheckpointId | undefined>): JobRef {
    const ref: JobRef = { hostId, jobId: toJobId(id) };
    const job: Job = { ref, status: { state: 'running', stage: 'accepted' }, endedAtMs: undefined };
    this.#jobs.set(id, job);
    const running = this.#run(job, work).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return ref;
  }

  /** Error: `hyperv.job-unknown`. */
  read({ hostId, jobId }: JobRef): JobStatus {
    this.#forget();
    const job = this.#jobs.get(jobId);
    if (job?.ref.hostId !== hostId) throw new AppError('hyperv.job-unknown', { host: hostId, job: jobId });
    return job.status;
  }

  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #run(job: Job, work: (job: JobHandle) => Promise<CheckpointId | undefined>): Promise<void> {
    try {
      const checkpointId = await work({
        reached: (stage) => {
          job.status = { ...job.status, stage };
        },
      });
      const { stage } = job.status;
      job.status = { state: 'completed', stage, fraction: 1, ...(checkpointId === undefined ? {} : { checkpointId }) };
    } catch (error) {
      job.status = { state: 'failed', stage: job.status.stage, error: toAppError(error) };
    }
    job.endedAtMs = this.#clock.nowMs();
  }

  #forget(): void {
    const before = this.#clock.nowMs() - keptMs;
    for (const [id, { endedAtMs }] of this.#jobs)
      if (endedAtMs !== undefined && endedAtMs < before) this.#jobs.delete(id);
  }
}
