// How a decoder says that bytes break the format. Decoders are pure and know no file; whoever reads the file puts its
// path to it (see read/at-path.ts).

export class Violation extends Error {
  /** The on-disk structure, in the admin's words: `header`, `region table`, `block allocation table` ... */
  readonly structure: string;

  constructor(structure: string, reason: string) {
    super(reason);
    this.name = 'Violation';
    this.structure = structure;
  }
}

/** The file is sound but asks for something this library does not know, and says it must be known. */
export class UnknownFeature extends Violation {}

/** Its creation was never finished (the "incomplete file" marker of Microsoft's reader). */
export class IncompleteFile extends Violation {}

export function check(condition: boolean, structure: string, reason: string): asserts condition {
  if (!condition) throw new Violation(structure, reason);
}
