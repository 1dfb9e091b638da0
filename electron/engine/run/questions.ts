// Questions of a run to whoever watches it: asked on record, answered once, by somebody or by the deadline. Whatever is
// asked about stands meanwhile, so the wait is short and its default is the safe choice. Knows nothing of what is asked.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { Question, QuestionChoice } from '../../../shared/events/run-event.ts';
import type { RunId, VmId } from '../../../shared/model/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunLog } from './run-log.ts';

export interface Answer {
  readonly choice: QuestionChoice;
  readonly by: 'admin' | 'deadline';
}

export type NewQuestion = Pick<Question, 'kind' | 'about' | 'options' | 'defaultChoice'> & { readonly vmId: VmId };

interface OpenQuestion {
  readonly question: Question;
  readonly answered: AbortController;
  answer: Answer | undefined;
  /** Settles when the answer is on record, or the question is void. */
  readonly recorded: Promise<void>;
}

export interface QuestionDeskOptions {
  readonly runId: RunId;
  readonly clock: Clock;
  readonly log: RunLog;
  readonly waitMs: number;
}

export class QuestionDesk {
  readonly #options: QuestionDeskOptions;
  readonly #open = new Map<string, OpenQuestion>();
  #count = 0;

  constructor(options: QuestionDeskOptions) {
    this.#options = options;
  }

  /** Resolves with the answer, which is on record then. Rejects with the signal's reason: then the question is void. */
  async ask({ vmId, ...asked }: NewQuestion, signal: AbortSignal): Promise<Answer> {
    const { clock, log, waitMs } = this.#options;
    signal.throwIfAborted();
    this.#count += 1;
    const questionId = `q${this.#count}`;
    const question: Question = { ...asked, questionId, deadlineAtMs: clock.nowMs() + waitMs };
    const recorded = Promise.withResolvers<undefined>();
    recorded.promise.catch(() => undefined);
    const open: OpenQuestion = {
      question,
      answered: new AbortController(),
      answer: undefined,
      recorded: recorded.promise,
    };
    // Before it is told: whoever hears of it may answer at once.
    this.#open.set(questionId, open);
    try {
      await log.emit({ type: 'question-asked', vmId, ...question });
      const answer = await this.#await(open, signal);
      await log.emit({ type: 'question-answered', vmId, questionId, ...answer });
      recorded.resolve(undefined);
      return answer;
    } catch (error) {
      recorded.reject(error);
      throw error;
    } finally {
      this.#open.delete(questionId);
    }
  }

  /**
   * Resolves when the answer is on record.
   * @throws AppError `engine.question-closed`, `engine.choice-not-offered`, `engine.cancelled`
   */
  async answer(questionId: string, choice: QuestionChoice): Promise<void> {
    const open = this.#open.get(questionId);
    if (open === undefined || open.answer !== undefined)
      throw new AppError('engine.question-closed', { run: this.#options.runId, question: questionId });
    const { options } = open.question;
    if (!options.includes(choice)) throw new AppError('engine.choice-not-offered', { choice, options });
    open.answer = { choice, by: 'admin' };
    open.answered.abort();
    await open.recorded;
  }

  async #await(open: OpenQuestion, signal: AbortSignal): Promise<Answer> {
    const { clock } = this.#options;
    const { answered, question } = open;
    const leftMs = Math.max(0, question.deadlineAtMs - clock.nowMs());
    try {
      await clock.sleep(leftMs, AbortSignal.any([signal, answered.signal]));
    } catch (error) {
      signal.throwIfAborted();
      if (open.answer === undefined) throw error;
    }
    signal.throwIfAborted();
    // An answer that came in the moment of the deadline counts.
    open.answer ??= { choice: question.defaultChoice, by: 'deadline' };
    return open.answer;
  }
}
