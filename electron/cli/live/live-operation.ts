// Shows how far a long operation is (verify, restore, check): a redrawn line on a screen, a line now and then in a pipe.
import type { AppEvent } from '../../../shared/ipc/views.ts';
import { formatBytes } from '../../../shared/words/format.ts';
import type { Terminal } from '../terminal.ts';

const lineEveryMs = 3000;

export class LiveOperation {
  readonly #terminal: Terminal;
  readonly #operationId: string;
  readonly #label: string;
  #isDrawn = false;
  #linedAtMs: number;

  constructor(terminal: Terminal, operationId: string, label: string) {
    this.#terminal = terminal;
    this.#operationId = operationId;
    this.#label = label;
    this.#linedAtMs = terminal.nowMs();
  }

  readonly onEvent = ({ change }: AppEvent): void => {
    if (change.type !== 'operation' || change.operation.id !== this.#operationId) return;
    const { doneBytes, totalBytes } = change.operation;
    const text = `${this.#label}: ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`;
    if (this.#terminal.isScreen) this.#draw(change.operation.status === 'ended' ? '' : text);
    else if (totalBytes > 0 && this.#terminal.nowMs() - this.#linedAtMs >= lineEveryMs) {
      this.#linedAtMs = this.#terminal.nowMs();
      this.#terminal.say(text);
    }
  };

  /** The same line over and over (ECMA-48 EL); empty takes it away. */
  #draw(text: string): void {
    if (!this.#isDrawn && text === '') return;
    this.#isDrawn = true;
    this.#terminal.draw(`\r\u001b[2K${text.slice(0, this.#terminal.columns() - 1)}`);
  }
}
