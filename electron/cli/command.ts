// What a command is: its words, its options, its help, and what it does.
import type { ConsoleApi } from '../../shared/ipc/contract.ts';
import type { LabConsole } from '../console/composition.ts';
import type { AppFolders } from '../platform/index.ts';
import type { Terminal } from './terminal.ts';

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  /** What its value is called in the help. */
  readonly value?: string;
  readonly help: string;
  /** May be given more than once. */
  readonly isRepeatable?: boolean;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

export interface ArgumentSpec {
  readonly name: string;
  readonly least: number;
  readonly most: number;
}

export interface CommandExample {
  readonly line: string;
  readonly what: string;
}

/** 0 done, 1 failed, 2 bad usage, 3 done with warnings. */
export type ExitCode = 0 | 1 | 2 | 3;

export interface CommandOutcome {
  readonly exitCode: ExitCode;
  /** What `--json` prints, beside `ok`. */
  readonly json: Readonly<Record<string, unknown>>;
  /** What is printed otherwise. */
  readonly text: readonly string[];
}

export interface Command {
  /** For example `restore-points list`. */
  readonly name: string;
  readonly summary: string;
  readonly details: readonly string[];
  readonly argument?: ArgumentSpec;
  readonly options: OptionSpecs;
  readonly examples: readonly CommandExample[];
  run(context: CommandContext): Promise<CommandOutcome>;
}

export interface GivenOptions {
  /** Undefined when it was not given. */
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
  flag(name: string): boolean;
  /** A whole number above zero. @throws AppError `cli.bad-option-value` */
  count(name: string): number | undefined;
  /** One of these words. @throws AppError `cli.bad-option-value` */
  choice<Word extends string>(name: string, words: readonly Word[]): Word | undefined;
}

export interface ConsoleNeeds {
  /** The lab's guests write while the command works. */
  readonly withGuests?: boolean;
}

export interface CommandContext {
  /** `stillpoint backup` */
  readonly invocation: string;
  readonly arguments: readonly string[];
  readonly options: GivenOptions;
  readonly terminal: Terminal;
  readonly folders: AppFolders;
  /** Whether `--dir` was given. */
  readonly hasFolder: boolean;
  readonly isJson: boolean;
  readonly workerUrl: URL;
  readonly diskHashWorkerUrl: URL;
  /** Opens the target, says what recovery did, and closes everything afterwards, whatever happens. */
  readonly withConsole: <T>(
    needs: ConsoleNeeds,
    work: (api: ConsoleApi, console: LabConsole) => Promise<T>,
  ) => Promise<T>;
}
