// The contract as plain names, for code that must not carry the schemas: the preload script and the page. The types hold
// it equal to the table: a name too many or too few does not compile.
import type { Contract } from './contract.ts';
import type { ContractTable } from './define-contract.ts';

type NamesOf<Table extends ContractTable> = {
  readonly [Group in keyof Table]: { readonly [Key in keyof Table[Group]]: Table[Group][Key]['kind'] };
};

export const entryNames = {
  app: { snapshot: 'invoke', changed: 'event' },
  site: { inventory: 'invoke', gates: 'invoke', readiness: 'invoke', vms: 'invoke' },
  runs: {
    preview: 'invoke',
    plan: 'invoke',
    start: 'invoke',
    answer: 'invoke',
    cancel: 'invoke',
    show: 'invoke',
    history: 'invoke',
  },
  restorePoints: { list: 'invoke', show: 'invoke', verify: 'invoke', restore: 'invoke' },
  repository: {
    makePassword: 'invoke',
    init: 'invoke',
    open: 'invoke',
    forgetPassword: 'invoke',
    status: 'invoke',
    check: 'invoke',
  },
  operations: { cancel: 'invoke' },
  settings: { change: 'invoke' },
  folders: { list: 'invoke' },
  leftovers: { list: 'invoke', clean: 'invoke' },
  lab: { status: 'invoke', startGuests: 'invoke', stopGuests: 'invoke', createForeignCheckpoint: 'invoke' },
} as const satisfies NamesOf<Contract>;
