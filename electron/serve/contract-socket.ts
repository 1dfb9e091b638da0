// One window on its WebSocket: calls in, answers and events out, within limits. Whoever does not keep to the protocol is
// told so once and hung up on; nothing of what it sent is carried out.
import { WebSocket, type RawData } from 'ws';
import { toAppError, AppError } from '../../shared/errors/app-error.ts';
import type { Result } from '../../shared/ipc/define-contract.ts';
import {
  readCallMessage,
  readProofMessage,
  type AnswerMessage,
  type CallMessage,
  type RefusedMessage,
} from '../../shared/ipc/wire.ts';
import type { Invoke } from '../console/ending-gate.ts';
import type { WindowProof } from './window-proof.ts';

export interface SocketLimits {
  readonly messageBytes: number;
  readonly callsUnderWay: number;
  /** With more than this waiting to be sent, events are left out: the window sees the gap and asks for a snapshot. */
  readonly waitingBytes: number;
}

export const socketLimits: SocketLimits = {
  messageBytes: 2 ** 20,
  callsUnderWay: 64,
  waitingBytes: 4 * 2 ** 20,
};

/** RFC 6455, section 7.4.1: what `ws` finds wrong by itself, in words. */
const faultWords: Readonly<Record<number, string>> = {
  1002: 'what came does not keep to the WebSocket protocol',
  1007: 'a text is not UTF-8',
  1008: 'a message comes in too many pieces',
  1009: 'a message is too large',
};

/** Says why before it hangs up, also where `ws` itself decides to: the code alone tells a person nothing. */
export class SpokenWebSocket extends WebSocket {
  override close(code?: number, data?: string | Buffer): void {
    const reason = code === undefined ? undefined : (data?.toString() ?? faultWords[code]);
    if (reason !== undefined && code !== 1001 && this.readyState === WebSocket.OPEN) {
      const message: RefusedMessage = { kind: 'refused', reason };
      this.send(JSON.stringify(message));
    }
    super.close(code, reason);
  }
}

export interface ContractSocketOptions {
  readonly invoke: Invoke;
  readonly limits: SocketLimits;
  readonly proof: WindowProof;
}

export class ContractSocket {
  readonly #ws: WebSocket;
  readonly #invoke: Invoke;
  readonly #limits: SocketLimits;
  readonly #proof: WindowProof;
  #isProven = false;
  #callsUnderWay = 0;
  #isAlive = true;
  #wasPinged = false;
  /** The newest event that was left out. */
  #leftOut: string | undefined;

  constructor(ws: WebSocket, { invoke, limits, proof }: ContractSocketOptions) {
    this.#ws = ws;
    this.#invoke = invoke;
    this.#limits = limits;
    this.#proof = proof;
    ws.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    ws.on('pong', () => (this.#isAlive = true));
    // It closes by itself, and has told the other side why.
    ws.on('error', () => undefined);
    ws.send(JSON.stringify(proof.challenge));
  }

  /** Whether it has shown that it is a window of ours. */
  get isProven(): boolean {
    return this.#isProven;
  }

  /** @param text an event message */
  sendEvent(text: string): void {
    if (!this.#isProven || this.#ws.readyState !== WebSocket.OPEN) return;
    if (this.#leftOut !== undefined || this.#ws.bufferedAmount > this.#limits.waitingBytes) this.#leftOut = text;
    else this.#send(text);
  }

  /** Hangs up on one that has not answered the ping before, or not shown by now that it is a window of ours. */
  ping(): void {
    if (!this.#isAlive || (this.#wasPinged && !this.#isProven)) this.#ws.terminate();
    this.#isAlive = false;
    this.#wasPinged = true;
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.ping();
  }

  close(reason: string): void {
    this.#ws.close(1001, reason);
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    // With `nodebuffer`, the default of `ws`, a text comes as one Buffer.
    const isText = !isBinary && Buffer.isBuffer(data);
    const text = isText ? data.toString('utf8') : undefined;
    if (!this.#isProven) {
      this.#onProof(text);
      return;
    }
    const message = text === undefined ? 'a message is binary, and calls are text' : readCallMessage(text);
    if (typeof message === 'string') this.#ws.close(1008, message);
    else void this.#answer(message);
  }

  #onProof(text: string | undefined): void {
    const message = text === undefined ? undefined : readProofMessage(text);
    const welcome = message === undefined ? undefined : this.#proof.answer(message);
    if (welcome === undefined) {
      this.#ws.close(1008, 'this is not a window that was let in');
      return;
    }
    this.#isProven = true;
    this.#ws.send(JSON.stringify(welcome));
  }

  async #answer({ id, name, input }: CallMessage): Promise<void> {
    if (this.#callsUnderWay >= this.#limits.callsUnderWay) {
      this.#tooMany(id);
      return;
    }
    this.#callsUnderWay += 1;
    const text = answerText(id, await this.#invoke(name, input).catch(failed));
    // Under way until it is out: answers nobody fetches must not pile up without end.
    this.#send(text, () => (this.#callsUnderWay -= 1));
  }

  #tooMany(id: number): void {
    const error = new AppError('contract.too-many-calls', { most: this.#limits.callsUnderWay });
    // One that does not even fetch this answer asks for memory, not for answers.
    if (this.#ws.bufferedAmount > this.#limits.waitingBytes) this.#ws.terminate();
    else this.#send(answerText(id, { ok: false, error: error.toData() }));
  }

  #send(text: string, done: () => void = () => undefined): void {
    this.#ws.send(text, () => {
      done();
      this.#catchUp();
    });
  }

  /** The newest event is enough: its number shows the window what it has missed. */
  #catchUp(): void {
    if (this.#leftOut === undefined || this.#ws.bufferedAmount > 0) return;
    const text = this.#leftOut;
    this.#leftOut = undefined;
    if (this.#ws.readyState === WebSocket.OPEN) this.#send(text);
  }
}

/** `Invoke` does not reject. Should it all the same, one call has failed, and not the process. */
function failed(error: unknown): Result<unknown> {
  return { ok: false, error: toAppError(error).toData() };
}

function answerText(id: number, result: Result<unknown>): string {
  try {
    return JSON.stringify({ kind: 'answer', id, result } satisfies AnswerMessage);
  } catch (error) {
    // What cannot be written as JSON must not leave its caller waiting for ever.
    return JSON.stringify({ kind: 'answer', id, result: failed(error) } satisfies AnswerMessage);
  }
}
