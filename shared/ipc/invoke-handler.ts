// The one place where a call from outside becomes a call of ours: the name is looked up, the input parsed, the handler
// called, and whatever it throws becomes data. Every transport binds to it.
import { AppError, toAppError } from '../errors/app-error.ts';
import type { ContractTable, Handlers, InvokeEntry, Result } from './define-contract.ts';

/** @param name `group.call`, for example `runs.start` */
export async function invokeHandler<Table extends ContractTable>(
  table: Table,
  handlers: Handlers<Table>,
  name: string,
  rawInput: unknown,
): Promise<Result<unknown>> {
  try {
    const { entry, handler } = findCall(table, handlers, name);
    const parsed = entry.input.safeParse(rawInput);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const field = issue === undefined || issue.path.length === 0 ? 'the input' : issue.path.join('.');
      throw new AppError('contract.invalid-input', { call: name, field, reason: issue?.message ?? 'does not fit' });
    }
    return { ok: true, value: await handler(parsed.data) };
  } catch (error) {
    return { ok: false, error: toAppError(error).toData() };
  }
}

/** Every call of the table as `group.call`. */
export function callNames(table: ContractTable): readonly string[] {
  return Object.entries(table).flatMap(([group, entries]) =>
    Object.entries(entries).flatMap(([key, entry]) => (entry.kind === 'invoke' ? [`${group}.${key}`] : [])),
  );
}

type AnyHandler = (input: unknown) => Promise<unknown>;

function findCall(
  table: ContractTable,
  handlers: Readonly<Record<string, object>>,
  name: string,
): { readonly entry: InvokeEntry; readonly handler: AnyHandler } {
  const [group = '', key = '', ...rest] = name.split('.');
  const entry = ownEntry(table, group, key);
  const handler = ownHandler(handlers, group, key);
  if (rest.length > 0 || entry === undefined || handler === undefined) {
    throw new AppError('contract.unknown-call', { call: name.slice(0, 100) });
  }
  return { entry, handler };
}

// SECURITY: a name from outside must not reach what every object inherits, hence `hasOwn`.

function ownEntry(table: ContractTable, groupName: string, key: string): InvokeEntry | undefined {
  const group = Object.hasOwn(table, groupName) ? table[groupName] : undefined;
  const entry = group !== undefined && Object.hasOwn(group, key) ? group[key] : undefined;
  return entry?.kind === 'invoke' ? entry : undefined;
}

function ownHandler(
  handlers: Readonly<Record<string, object>>,
  groupName: string,
  key: string,
): AnyHandler | undefined {
  const group = Object.hasOwn(handlers, groupName) ? handlers[groupName] : undefined;
  if (group === undefined || !Object.hasOwn(group, key)) return undefined;
  const handler: unknown = Reflect.get(group, key);
  return typeof handler === 'function' ? (handler as AnyHandler) : undefined;
}
