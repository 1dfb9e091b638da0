// The log of a run in full sentences, derived from the folded state alone: the same for a run that goes on, one of last
// week, and one that a recovery ended. Pure.
import type { AppErrorData } from '../errors/app-error.ts';
import type { QuestionChoice, QuestionKind } from '../events/run-event.ts';
import type { AskedQuestion, PhaseEntry, RunState, VmRunState } from '../events/run-state.ts';
import type { RunOutcome, VmPhase } from '../model/run.ts';
import { formatBytes, formatSeconds, plural, shortId } from './format.ts';
import { bytesOf, checkpointOpenMs, consistencyWords, vmsOf } from './run-words.ts';

export interface StoryLine {
  readonly atMs: number;
  /** Absent where it is about the run as a whole. */
  readonly vmName?: string;
  readonly tone: 'plain' | 'good' | 'warning' | 'bad';
  readonly text: string;
}

/** Oldest first. What the state gives no time of its own (a warning, an end) stands where its VM or run was last seen. */
export function runStory(run: RunState): readonly StoryLine[] {
  const lines = [...beginning(run), ...vmsOf(run).flatMap((vm) => vmStory(run, vm)), ...ending(run)];
  // Stable: lines of one moment stay in the order in which they are told.
  return lines.sort((a, b) => a.atMs - b.atMs);
}

/** Whether two states of one run are told in the same words: the fold keeps what an event has not changed. */
export function isSameStory(a: RunState, b: RunState): boolean {
  return isSame(a, b, runParts) && a.vmOrder.every((vmId) => isSame(a.vms[vmId], b.vms[vmId], vmParts));
}

const runParts = [
  'runId',
  'status',
  'outcome',
  'error',
  'warnings',
  'effects',
  'questions',
  'startedAtMs',
  'endedAtMs',
] as const;
const vmParts = [
  'phases',
  'checkpoint',
  'restorePointId',
  'committedDisks',
  'mergeConfirmedAtMs',
  'warnings',
  'outcome',
  'error',
] as const;

function isSame<T extends object>(a: T | undefined, b: T | undefined, parts: readonly (keyof T)[]): boolean {
  return a === b || parts.every((part) => a?.[part] === b?.[part]);
}

function beginning(run: RunState): readonly StoryLine[] {
  const names = vmsOf(run).map((vm) => vm.name);
  const what = `Backup of ${names.join(', ')} on ${run.siteName}, ${run.mode}, ${run.consistency}-consistent`;
  const lines: StoryLine[] = [
    { atMs: run.queuedAtMs, tone: 'plain', text: `${what}, into ${run.repositoryPath}, was requested.` },
  ];
  if (run.startedAtMs !== undefined)
    lines.push({
      atMs: run.startedAtMs,
      tone: 'plain',
      text: 'The run began: first its repository is opened and locked.',
    });
  return lines;
}

function vmStory(run: RunState, vm: VmRunState): readonly StoryLine[] {
  const say = (atMs: number, text: string, tone: StoryLine['tone'] = 'plain'): StoryLine => ({
    atMs,
    vmName: vm.name,
    tone,
    text,
  });
  const { checkpoint, mergeConfirmedAtMs, phases } = vm;
  const lastAtMs = Math.max(mergeConfirmedAtMs ?? 0, phases.at(-1)?.atMs ?? run.queuedAtMs);
  const committed = committedSentence(vm);
  const hasFollower = (at: number): boolean => phases[at]?.phase === 'committing';
  const standsBefore = phases.findIndex(({ phase }) => !beforeCheckpoint.has(phase));
  const questions = Object.values(run.questions).filter(({ vmId }) => vmId === vm.vmId);
  const lines = phases.flatMap((entry, at) => {
    const before = phases[at - 1];
    const text = phaseSentence(vm, entry, before);
    return [
      // The host's own clock may be ahead or behind: the checkpoint came after it was asked for, and before it was used.
      ...(checkpoint !== undefined && at === standsBefore
        ? [say(between(before?.atMs, checkpoint.createdAtMs, entry.atMs), checkpointSentence(vm))]
        : []),
      // Its event has no time in the state: it comes when committing is over, which the next phase tells.
      ...(committed !== undefined && hasFollower(at - 1) ? [say(entry.atMs, committed, 'good')] : []),
      ...(text === undefined ? [] : [say(entry.atMs, text)]),
      ...questions
        .filter(({ afterPhases }) => afterPhases === at + 1)
        .flatMap((question) => [
          say(question.askedAtMs, askedSentence(vm, question), 'warning'),
          ...(question.answer === undefined ? [] : [say(question.answer.atMs, answeredSentence(vm, question))]),
        ]),
    ];
  });
  if (checkpoint !== undefined && standsBefore < 0) lines.push(say(lastAtMs, checkpointSentence(vm)));
  if (committed !== undefined && !phases.some((_entry, at) => hasFollower(at - 1)))
    lines.push(say(lastAtMs, committed, 'good'));
  if (mergeConfirmedAtMs !== undefined) lines.push(say(mergeConfirmedAtMs, mergeSentence(vm), 'good'));
  lines.push(...vm.warnings.map((warning) => say(lastAtMs, problemSentence(vm.name, warning), 'warning')));
  const end = vmEnd(vm);
  if (end !== undefined) lines.push(say(lastAtMs, end.text, end.tone));
  return lines.sort((a, b) => a.atMs - b.atMs);
}

const beforeCheckpoint: ReadonlySet<VmPhase> = new Set(['queued', 'preflight', 'requesting-checkpoint', 'quiescing']);

function between(leastMs: number | undefined, atMs: number, mostMs: number): number {
  return Math.min(mostMs, Math.max(leastMs ?? atMs, atMs));
}

function phaseSentence({ name }: VmRunState, { phase, atMs }: PhaseEntry, before?: PhaseEntry): string | undefined {
  const tookMs = before === undefined ? 0 : atMs - before.atMs;
  switch (phase) {
    case 'queued':
    case 'done':
      return undefined;
    case 'preflight':
      return `${name}: its backup begins${tookMs >= 1000 ? `, after ${formatSeconds(tookMs)} in the queue` : ''}. The VM is checked once more.`;
    case 'requesting-checkpoint':
      return `Nothing prevents a backup of ${name}: Hyper-V is asked for a production checkpoint.`;
    case 'quiescing':
      return `The guest of ${name} is being quiesced. The VM keeps running.`;
    case 'redirected':
      return `The disks of ${name} are frozen, ${formatSeconds(tookMs)} after the previous step; new writes go to AVHDX files.`;
    case 'snapshotting-volume':
      return `A snapshot of the volumes of ${name} is taken.`;
    case 'mounting':
      return `The snapshot with the disks of ${name} is mounted.`;
    case 'reading':
      return `The frozen disks of ${name} are read.`;
    case 'committing':
      return `The disks of ${name} were read in ${formatSeconds(tookMs)}; its restore point is being completed.`;
    case 'merging':
      return `The checkpoint of ${name} is removed, and its AVHDX files are merged back.`;
  }
}

function checkpointSentence({ name, checkpoint }: VmRunState): string {
  if (checkpoint === undefined) return '';
  return `The checkpoint of ${name} stands: ${consistencyWords(checkpoint.consistency, checkpoint.quiescing)}.`;
}

const fallBackWords: Readonly<Record<QuestionKind, string>> = {
  consistency: 'a crash-consistent restore point',
  mode: 'reading through the host',
};

function askedSentence(
  { name }: VmRunState,
  { about, kind, askedAtMs, deadlineAtMs, defaultChoice }: AskedQuestion,
): string {
  const wait = formatSeconds(deadlineAtMs - askedAtMs);
  const silence = choiceWords(kind, defaultChoice);
  return `${name} waits for an answer, for ${wait} at most: ${about.title}. Is ${fallBackWords[kind]} accepted? Without an answer, ${silence}.`;
}

function answeredSentence({ name }: VmRunState, { kind, answer }: AskedQuestion): string {
  if (answer === undefined) return '';
  const who = answer.by === 'admin' ? `The answer for ${name}` : `Nobody answered for ${name}`;
  return `${who}: ${choiceWords(kind, answer.choice)}.`;
}

function choiceWords(kind: QuestionKind, choice: QuestionChoice): string {
  return choice === 'fail' ? 'its backup fails' : `${fallBackWords[kind]} is accepted`;
}

function committedSentence(vm: VmRunState): string | undefined {
  if (vm.restorePointId === undefined) return undefined;
  const { readBytes, storedBytes } = bytesOf(vm);
  const figures =
    vm.committedDisks.length === 0
      ? ''
      : `: ${formatBytes(readBytes)} read, ${formatBytes(storedBytes)} new in the repository`;
  return `${vm.name} has restore point ${shortId(vm.restorePointId)}${figures}.`;
}

function mergeSentence(vm: VmRunState): string {
  const openMs = checkpointOpenMs(vm);
  const open = openMs === undefined ? '' : ` Its checkpoint was open for ${formatSeconds(openMs)}.`;
  return `The merge of ${vm.name} is confirmed: no checkpoint, every disk on its own file.${open}`;
}

function vmEnd(vm: VmRunState): { readonly text: string; readonly tone: StoryLine['tone'] } | undefined {
  const { name, outcome, error } = vm;
  if (outcome === undefined) return undefined;
  if (error !== undefined) return { text: problemSentence(name, error), tone: 'bad' };
  const texts: Readonly<Record<RunOutcome, string>> = {
    succeeded: `${name} is done.`,
    'succeeded-with-warnings': `${name} is done, with warnings.`,
    failed: `The backup of ${name} failed.`,
    cancelled: `The backup of ${name} was cancelled${vm.checkpoint === undefined ? ' before anything was asked of its host' : ''}.`,
    interrupted: `The backup of ${name} was interrupted.`,
  };
  return { text: texts[outcome], tone: toneOf(outcome) };
}

function ending(run: RunState): readonly StoryLine[] {
  const vms = vmsOf(run);
  const lastAtMs =
    run.endedAtMs ??
    Math.max(run.startedAtMs ?? run.queuedAtMs, ...vms.flatMap((vm) => vm.phases.map((entry) => entry.atMs)));
  const say = (text: string, tone: StoryLine['tone']): StoryLine => ({ atMs: lastAtMs, tone, text });
  const lines = run.warnings.map((warning) => say(problemSentence('The run', warning), 'warning'));
  if (run.status === 'cancelling')
    lines.push(say('Cancel was requested: what the run made on the hosts is removed and merged first.', 'warning'));
  if (run.status === 'recovering')
    lines.push(say('The program had ended in the middle of the run; what it left behind is being removed.', 'warning'));
  if (run.outcome === undefined) return lines;
  if (run.error !== undefined) lines.push(say(problemSentence('The run', run.error), 'bad'));
  return [...lines, say(endSentence(run, run.outcome), toneOf(run.outcome))];
}

function endSentence(run: RunState, outcome: RunOutcome): string {
  const vms = vmsOf(run);
  const made = vms.filter((vm) => vm.restorePointId !== undefined).length;
  const took = run.endedAtMs === undefined ? '' : ` after ${formatSeconds(run.endedAtMs - run.queuedAtMs)}`;
  const points = `${plural(made, 'restore point')} of ${plural(vms.length, 'VM')}`;
  const left = Object.values(run.effects).some((effect) => effect.kind === 'checkpoint')
    ? ' A checkpoint is left over: see the leftovers.'
    : '';
  const how: Readonly<Record<RunOutcome, string>> = {
    succeeded: 'The run succeeded',
    'succeeded-with-warnings': 'The run succeeded with warnings',
    failed: 'The run failed',
    cancelled: 'The run was cancelled',
    interrupted: 'The run was interrupted when the program ended, and was settled by a later start',
  };
  return `${how[outcome]}${took}: ${points}.${left}`;
}

function problemSentence(subject: string, { title, meaning, nextStep }: AppErrorData): string {
  const named = title.includes(subject) || subject === 'The run' ? title : `${subject}: ${title}`;
  return `${named}. ${meaning} ${nextStep}`;
}

function toneOf(outcome: RunOutcome): StoryLine['tone'] {
  if (outcome === 'succeeded') return 'good';
  return outcome === 'failed' ? 'bad' : 'warning';
}
