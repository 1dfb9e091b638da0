// When and how the loopback host ends. Ctrl-C: at once, but what is going on is cancelled and merged first. A window that
// was closed: when nothing is going on any more and no other window is there. Knows no process, server or console: they
// are handed in.
import { activeWork, isBusy, type ActiveWork } from '../../shared/ipc/active-work.ts';
import { outcomeWords } from '../../shared/words/run-words.ts';

export interface EndingDeps {
  /** Every run and operation the backend knows of now. */
  work(): Promise<ActiveWork>;
  /** Calls back when what is going on may have changed. Returns what stops it. */
  onWorkChanged(listener: () => void): () => void;
  socketCount(): number;
  /** Nothing new is begun from now on. */
  shut(): void;
  /** Cancels, merges, closes everything. */
  finish(): Promise<void>;
  say(line: string): void;
  /** Returns what calls it off. */
  after(ms: number, act: () => void): () => void;
}

/** A page that is loaded again is away for a moment. */
export const reloadMs = 2000;
/** A browser that is still there from before takes over the new window, and takes its time. */
export const firstWindowMs = 15_000;

export class Ending {
  readonly #deps: EndingDeps;
  readonly #done = Promise.withResolvers<undefined>();
  #isEnding = false;
  #isWindowClosed = false;
  #hadSocket = false;
  #isWaitingSaid = false;
  /** No window has been there for long enough. */
  #isAlone = false;
  #callOff: () => void = () => undefined;

  constructor(deps: EndingDeps) {
    this.#deps = deps;
  }

  /** Resolves when everything is finished; rejects with what went wrong in it. */
  get done(): Promise<unknown> {
    return this.#done.promise;
  }

  /** Ctrl-C, a request to end, a terminal that hangs up. */
  interrupt(): void {
    if (this.#isEnding) {
      this.#deps.say('Still ending: a checkpoint that stands is merged first, so it is waited for. It ends by itself.');
      return;
    }
    void this.#end();
  }

  /** The browser of the window has ended, or whoever started us has. */
  windowClosed(): void {
    if (this.#isWindowClosed || this.#isEnding) return;
    this.#isWindowClosed = true;
    const stop = this.#deps.onWorkChanged(() => void this.#endWhenIdle());
    void this.done.then(stop, stop);
    this.#waitAlone(this.#hadSocket ? reloadMs : firstWindowMs);
  }

  socketsChanged(): void {
    const isOpen = this.#deps.socketCount() > 0;
    this.#hadSocket ||= isOpen;
    if (!this.#isWindowClosed || this.#isEnding) return;
    this.#callOff();
    this.#isAlone = false;
    if (!isOpen) this.#waitAlone(reloadMs);
    else if (this.#isWaitingSaid) {
      this.#isWaitingSaid = false;
      this.#deps.say('A window is open again: Stillpoint goes on.');
    }
  }

  #waitAlone(ms: number): void {
    this.#callOff = this.#deps.after(ms, () => {
      this.#isAlone = true;
      void this.#endWhenIdle();
    });
  }

  async #endWhenIdle(): Promise<void> {
    const isDue = (): boolean => this.#isAlone && !this.#isEnding && this.#deps.socketCount() === 0;
    if (!isDue()) return;
    const work = activeWork(await this.#deps.work());
    // While that was asked, a window may have come.
    if (!isDue()) return;
    if (!isBusy(work)) {
      await this.#end();
      return;
    }
    if (this.#isWaitingSaid) return;
    this.#isWaitingSaid = true;
    this.#deps.say(`The window is closed. Stillpoint goes on until ${subjectsOf(work)} is done; Ctrl-C cancels.`);
  }

  async #end(): Promise<void> {
    this.#isEnding = true;
    this.#callOff();
    try {
      this.#deps.shut();
      const work = activeWork(await this.#deps.work());
      if (isBusy(work)) this.#deps.say(cancellingLine(work));
      await this.#deps.finish();
      await this.#sayWhatBecame(work);
      this.#done.resolve(undefined);
    } catch (error) {
      this.#done.reject(error);
    }
  }

  async #sayWhatBecame({ runs }: ActiveWork): Promise<void> {
    if (runs.length === 0) return;
    const { runs: now } = await this.#deps.work();
    for (const { runId } of runs) {
      const run = now.find((candidate) => candidate.runId === runId);
      const isSettled = run?.status === 'ended' && Object.keys(run.effects).length === 0;
      this.#deps.say(
        isSettled
          ? `Run ${runId}: ${outcomeWords[run.outcome ?? 'interrupted']}, its checkpoints are merged.`
          : `Run ${runId} could not be settled: the next start finds what is left of it, and removes it.`,
      );
    }
  }
}

function cancellingLine(work: ActiveWork): string {
  return work.runs.length === 0
    ? `Cancelling ${subjectsOf(work)}: what is not complete is removed ...`
    : `Cancelling ${subjectsOf(work)}: its checkpoints are being merged ...`;
}

function subjectsOf({ runs, operations }: ActiveWork): string {
  const names = [
    ...runs.map((run) => `run ${run.runId}`),
    ...operations.map((operation) => `the ${operation.kind} of ${operation.subject.slice(0, 40)}`),
  ];
  return names.join(', ');
}
