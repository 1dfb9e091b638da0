// The worker threads, started at the first task. Knows the tasks' names and types, nothing of what they are for.
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { AppError } from '../../../shared/errors/app-error.ts';
import { type TaskInput, type TaskName, type TaskResult } from './tasks.ts';

const mostWorkers = 8;

export class WorkerPool {
  readonly workers: number;
  readonly #url: URL;
  #piscina: Piscina | undefined;
  readonly #deaths = new WeakMap<Piscina, unknown>();
  #isClosed = false;

  constructor(url: URL, workers = Math.min(mostWorkers, availableParallelism())) {
    this.#url = url;
    this.workers = Math.max(1, workers);
  }

  /** Rejects with `repository.worker-failed` when the thread dies or throws; damage is part of the result instead. */
  async run<N extends TaskName>(name: N, input: TaskInput<N>): Promise<TaskResult<N>> {
    if (this.#isClosed) throw new AppError('repository.closed', { what: 'repository' });
    const piscina = (this.#piscina ??= this.#start());
    try {
      return (await piscina.run(input, { name })) as TaskResult<N>;
    } catch (error) {
      // A pool that was ended because a thread could not live rejects with less than what that thread said.
      const cause = this.#deaths.get(piscina) ?? error;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new AppError('repository.worker-failed', { reason }, { cause });
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#piscina?.destroy();
    this.#piscina = undefined;
  }

  #start(): Piscina {
    // Threads stay: starting one costs more than a chunk.
    const piscina = new Piscina({
      filename: this.#url.href,
      minThreads: this.workers,
      maxThreads: this.workers,
      recordTiming: false,
      // Compressed chunks are short-lived and lie outside V8's heap: a small young generation lets go of them early,
      // and no task makes many objects.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    // A thread that dies outside a task (its entry cannot be loaded, no memory) would be started again for ever.
    piscina.on('error', (error: unknown) => {
      if (this.#deaths.has(piscina)) return;
      this.#deaths.set(piscina, error);
      if (this.#piscina === piscina) this.#piscina = undefined;
      void piscina.destroy();
    });
    return piscina;
  }
}
