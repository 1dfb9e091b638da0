// The scenarios that ship, by name.
import { AppError } from '../../../shared/errors/app-error.ts';
import { healthyCluster } from './healthy-cluster.ts';
import type { LabScenario } from './scenario.ts';
import { standaloneHost } from './standalone-host.ts';

export const labScenarios: readonly LabScenario[] = [healthyCluster, standaloneHost];

export const defaultScenarioName = healthyCluster.name;

/** Error: `lab.scenario-unknown`. */
export function findScenario(name: string): LabScenario {
  const scenario = labScenarios.find((candidate) => candidate.name === name);
  if (scenario !== undefined) return scenario;
  throw new AppError('lab.scenario-unknown', { scenario: name, known: labScenarios.map((known) => known.name) });
}
