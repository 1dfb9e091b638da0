// Every rule of the audit, in the order in which findings are shown. A new rule is a file of its own and a line here.
import type { Rule } from '../rule.ts';
import { clusterFunctionalLevel } from './cluster-functional-level.ts';
import { hostAnswers } from './host-answers.ts';
import { hostVersion } from './host-version.ts';
import { vmConfigurationVersion } from './vm-configuration-version.ts';
import { vmState } from './vm-state.ts';

export const rules: readonly Rule[] = [
  hostAnswers,
  clusterFunctionalLevel,
  hostVersion,
  vmConfigurationVersion,
  vmState,
];
