// The worker threads, started at the first task. Knows the tasks' names and types, nothing of what they are for.
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { AppError, toAppError } from '../../../shared/errors/app-error.ts';
import { type TaskInput, type TaskName, type TaskResult } from './tasks.ts';

const mostWorkers = 8;

export class WorkerPool {
  readonly workers: number;
  readonly #url: URL;
  #piscina: Piscina | undefined;
  #isClosed = false;

  constructor(url: URL, workers = Math.min(mostWorkers, availableParallelism())) {
    this.#url = url;
    this.workers = Math.max(1, workers);
  }

  /** Rejects with `repository.worker-failed` when the thread dies or throws; damage is part of the result instead. */
  async run<N extends TaskName>(name: N, input: TaskInput<N>): Promise<TaskResult<N>> {
    if (this.#isClosed) throw new AppError('repository.closed', { what: 'repository' });
    this.#piscina ??= this.#start();
    try {
      return (await this.#piscina.run(input, { name })) as TaskResult<N>;
    } catch (error) {
      const reason = toAppError(error).params.reason;
      throw new AppError(
        'repository.worker-failed',
        { reason: typeof reason === 'string' ? reason : name },
        { cause: error },
      );
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#piscina?.destroy();
    this.#piscina = undefined;
  }

  #start(): Piscina {
    // Threads stay: starting one costs more than a chunk.
    return new Piscina({
      filename: this.#url.href,
      minThreads: this.workers,
      maxThreads: this.workers,
      recordTiming: false,
    });
  }
}
