// The language of the contract: how a call or an event is declared, and the types that follow for both sides. Knows
// nothing of which calls there are, nor of how they travel.
import type { z } from 'zod';
import type { AppErrorData } from '../errors/app-error.ts';

/** A type without a schema, for what comes from us. Exists at compile time only. */
export interface Typed<T> {
  readonly type?: T;
}

export interface InvokeEntry<Input extends z.ZodType = z.ZodType, Output = unknown> {
  readonly kind: 'invoke';
  /** What comes in is parsed with it before anybody sees it. */
  readonly input: Input;
  readonly output: Typed<Output>;
}

export interface EventEntry<Payload = unknown> {
  readonly kind: 'event';
  readonly payload: Typed<Payload>;
}

export type ContractGroup = Readonly<Record<string, InvokeEntry | EventEntry>>;
export type ContractTable = Readonly<Record<string, ContractGroup>>;

export function invoke<Input extends z.ZodType, Output>(entry: {
  readonly input: Input;
  readonly output: Typed<Output>;
}): InvokeEntry<Input, Output> {
  return { kind: 'invoke', ...entry };
}

export function event<Payload>(payload: Typed<Payload>): EventEntry<Payload> {
  return { kind: 'event', payload };
}

export function output<T>(): Typed<T> {
  return {};
}

/** What a call comes to on the other side. Errors are data: an exception would lose all but its message on the way. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: AppErrorData };

type InvokeKeys<Group extends ContractGroup> = {
  [Key in keyof Group]: Group[Key] extends InvokeEntry ? Key : never;
}[keyof Group];

export type InputOf<Entry> = Entry extends InvokeEntry<infer Input> ? z.output<Input> : never;
/** As a caller writes it, before defaults are filled in. */
export type RawInputOf<Entry> = Entry extends InvokeEntry<infer Input> ? z.input<Input> : never;
export type OutputOf<Entry> = Entry extends InvokeEntry<z.ZodType, infer Output> ? Output : never;

/** What the backend must offer: a function per call, given parsed input. A missing one is a compile error. */
export type Handlers<Table extends ContractTable> = {
  readonly [Group in keyof Table]: {
    readonly [Key in InvokeKeys<Table[Group]>]: (
      input: InputOf<Table[Group][Key]>,
    ) => Promise<OutputOf<Table[Group][Key]>>;
  };
};

/** What a window, the command line or a test has in its hand. */
export type Api<Table extends ContractTable> = {
  readonly [Group in keyof Table]: {
    readonly [Key in keyof Table[Group]]: Table[Group][Key] extends EventEntry<infer Payload>
      ? (listener: (payload: Payload) => void) => () => void
      : (input: RawInputOf<Table[Group][Key]>) => Promise<Result<OutputOf<Table[Group][Key]>>>;
  };
};
