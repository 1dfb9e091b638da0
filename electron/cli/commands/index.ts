// Every command, in the order in which the help shows them.
import type { Command } from '../command.ts';
import { demo } from '../demo/demo-command.ts';
import { audit } from './audit.ts';
import { backup } from './backup.ts';
import { labCommands } from './lab.ts';
import { leftoverCommands } from './leftovers.ts';
import { repositoryCommands } from './repository.ts';
import { restorePointCommands } from './restore-points.ts';
import { restore } from './restore.ts';
import { runCommands } from './runs.ts';
import { verify } from './verify.ts';

export const commands: readonly Command[] = [
  demo,
  ...labCommands,
  audit,
  ...repositoryCommands,
  backup,
  ...restorePointCommands,
  verify,
  restore,
  ...runCommands,
  ...leftoverCommands,
];
