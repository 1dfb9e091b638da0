// How the contract travels over a WebSocket: the messages of both sides, and what tells one of them from anything else.
// Plain checks without schemas, because the page uses them too. Knows nothing of which calls there are.
import type { Result } from './define-contract.ts';

export interface CallMessage {
  readonly kind: 'call';
  /** Of the client's choice; comes back with the answer. */
  readonly id: number;
  /** `group.call` */
  readonly name: string;
  /** Left out where the call takes nothing. */
  readonly input?: unknown;
}

export interface AnswerMessage {
  readonly kind: 'answer';
  readonly id: number;
  readonly result: Result<unknown>;
}

export interface EventMessage {
  readonly kind: 'event';
  /** `group.event` */
  readonly name: string;
  readonly payload: unknown;
}

/** The last message before the server hangs up on a client that does not keep to this protocol. */
export interface RefusedMessage {
  readonly kind: 'refused';
  readonly reason: string;
}

// Before anything else each side shows the other that it holds the key of this window, without saying the key: a cookie
// goes to every program that listens on 127.0.0.1, whatever its port, so it alone must open nothing.

/** The first message of the server. */
export interface ChallengeMessage {
  readonly kind: 'challenge';
  readonly nonce: string;
}

/** The first message of the page, which asks the same of the server. */
export interface ProofMessage {
  readonly kind: 'proof';
  readonly nonce: string;
  /** HMAC-SHA-256 of `proofText('window', …)` in hexadecimal. */
  readonly proof: string;
}

/** From here on there are calls, answers and events. */
export interface WelcomeMessage {
  readonly kind: 'welcome';
  /** HMAC-SHA-256 of `proofText('backend', …)` in hexadecimal. */
  readonly proof: string;
}

export type ServerMessage = AnswerMessage | EventMessage | RefusedMessage | ChallengeMessage | WelcomeMessage;

export interface Handshake {
  /** As it stands in the address: what was shown to another port is worth nothing at this one. */
  readonly host: string;
  readonly serverNonce: string;
  readonly windowNonce: string;
}

/** What is signed. Each side has words of its own, so that neither can be given back what it said itself. */
export function proofText(side: 'window' | 'backend', { host, serverNonce, windowNonce }: Handshake): string {
  return ['stillpoint', side, host, serverNonce, windowNonce].join(' ');
}

/** In the fragment of the address that a browser is let in with: it never leaves the browser. */
export const keyParameter = 'key';

export const contractPath = '/contract';

const longestName = 200;
const callKeys: ReadonlySet<string> = new Set(['kind', 'id', 'name', 'input']);

/** The message, or in words what is wrong with it. */
export function readCallMessage(text: string): CallMessage | string {
  const value = parseJson(text);
  if (value === undefined) return 'a message is not JSON';
  if (!isRecord(value)) return 'a message is not an object';
  if (value['kind'] !== 'call') return 'a message is not a call';
  if (Object.keys(value).some((key) => !callKeys.has(key))) return 'a call has a field that calls do not have';
  const { id, name, input } = value;
  if (!isId(id)) return 'the id of a call is not a whole number from 0 up';
  if (typeof name !== 'string' || name.length > longestName) return 'the name of a call is not a short text';
  return { kind: 'call', id, name, ...(Object.hasOwn(value, 'input') ? { input } : {}) };
}

/** Undefined for what is none. */
export function readProofMessage(text: string): ProofMessage | undefined {
  const value = parseJson(text);
  if (!isRecord(value) || Object.keys(value).length !== 3) return undefined;
  const { kind, nonce, proof } = value;
  return kind === 'proof' && isNonce(nonce) && isNonce(proof) ? { kind, nonce, proof } : undefined;
}

/** Undefined for what is none. What is inside an answer or an event is the backend's word and is not looked into. */
export function readServerMessage(text: string): ServerMessage | undefined {
  const value = parseJson(text);
  if (!isRecord(value)) return undefined;
  const { kind, id, name, result, payload, reason, nonce, proof } = value;
  if (kind === 'answer' && isId(id) && isResult(result)) return { kind, id, result };
  if (kind === 'event' && typeof name === 'string') return { kind, name, payload };
  if (kind === 'challenge' && isNonce(nonce)) return { kind, nonce };
  if (kind === 'welcome' && typeof proof === 'string') return { kind, proof };
  if (kind === 'refused' && typeof reason === 'string') return { kind, reason };
  return undefined;
}

function isResult(value: unknown): value is Result<unknown> {
  return isRecord(value) && (value['ok'] === true || (value['ok'] === false && isRecord(value['error'])));
}

function isNonce(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{16,64}$/.test(value);
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
