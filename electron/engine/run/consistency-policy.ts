// What is done when a VM can only be had crash-consistent although application-consistent was asked for: fail, ask, or
// fall back and say so. There is no silent downgrade: what is kept is marked in the run and in the restore point.
import { AppError, toAppError } from '../../../shared/errors/app-error.ts';
import type { CheckpointFacts, Consistency } from '../../../shared/model/site.ts';
import type { VmRun } from './vm-run.ts';

/** Achieved, and why it is less than asked where a policy let it pass. */
export interface AchievedConsistency {
  readonly consistency: Consistency;
  readonly why?: string;
}

/** A host that does not say is taken at the least there is. */
export function consistencyOf(checkpoint: CheckpointFacts): Consistency {
  return checkpoint.consistency ?? 'crash';
}

/**
 * Judges a checkpoint that stands, and waits with it when somebody has to be asked.
 * @throws AppError `engine.consistency-not-achieved`
 */
export async function settleConsistency(run: VmRun, checkpoint: CheckpointFacts): Promise<AchievedConsistency> {
  const asked = run.options.request.consistency;
  const consistency = consistencyOf(checkpoint);
  if (asked !== 'application' || consistency === 'application') return { consistency };
  const quiescing = checkpoint.quiescing ?? 'none';
  const achieved = checkpoint.consistency === undefined ? 'not stated by the host' : `${consistency}-consistent`;
  const problem = new AppError('engine.consistency-not-achieved', { ...run.access.words, asked, achieved, quiescing });
  const why = `The checkpoint came back as: ${achieved} (quiescing: ${quiescing})`;
  return { consistency, why: await fallBack(run, problem, why) };
}

/** The guest could not be brought to rest, and nothing stands any more. Returns why, when a second request may go out. @throws `problem` when it may not */
export function settleFailedQuiescing(run: VmRun, problem: unknown): Promise<string> {
  return fallBack(run, toAppError(problem), toAppError(problem).text.title);
}

/** Whether a request that failed like this can be repeated without bringing the guest to rest. */
export function canFallBack(run: VmRun): boolean {
  const { consistency, policy } = run.options.request;
  return consistency === 'application' && policy !== undefined && policy.consistency !== 'fail';
}

async function fallBack(run: VmRun, problem: AppError, reason: string): Promise<string> {
  const { request, vm, questions } = run.options;
  const policy = request.policy?.consistency ?? 'fail';
  if (policy === 'fail') throw problem;
  let by = 'the policy of the run is to fall back';
  if (policy === 'ask') {
    const options = ['fail', 'fall-back'] as const;
    const about = problem.toData();
    const question = { vmId: vm.vmId, kind: 'consistency', about, options, defaultChoice: 'fail' } as const;
    const answer = await questions.ask(question, run.signal);
    if (answer.choice === 'fail') throw problem;
    by = 'it was accepted when asked';
  }
  const why = `${reason}; ${by}`;
  const asked = request.consistency;
  await run.warn(new AppError('engine.consistency-fallen-back', { ...run.access.words, asked, why }));
  return why;
}
