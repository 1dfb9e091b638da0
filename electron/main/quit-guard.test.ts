// All ways out, with and without work going on, also twice and at the same time.
import { beforeEach, describe, expect, it } from 'vitest';
import type { ActiveWork } from '../../shared/ipc/active-work.ts';
import { keepAwake } from './keep-awake.ts';
import { QuitGuard } from './quit-guard.ts';
import { quitQuestion, type QuitAnswer } from './quit-words.ts';
import { FakeBackend, settled } from './testing/fake-backend.ts';
import { createFakeElectron, FakeEvent } from './testing/fake-electron.ts';
import { WorkWatch } from './work-watch.ts';

let backend: FakeBackend;
let work: WorkWatch;
let guard: QuitGuard;
let asked: { readonly work: ActiveWork; readonly answer: (answer: QuitAnswer) => void; readonly fail: () => void }[];
let left: number[];
let merging: (() => void)[];
let failures: string[];

beforeEach(async () => {
  backend = new FakeBackend();
  work = new WorkWatch();
  [asked, left, merging, failures] = [[], [], [], []];
  guard = new QuitGuard({
    work,
    close: () => backend.close(),
    ask: (active) =>
      new Promise((resolve, reject) => {
        asked.push({ work: active, answer: resolve, fail: () => reject(new Error('no window')) });
      }),
    sayMerging: () => new Promise((resolve) => void merging.push(resolve)),
    sayFailed: ({ code }) => void failures.push(code),
    leave: (exitCode) => void left.push(exitCode),
    log: { file: '', line: () => undefined, conceal: () => undefined },
  });
  await work.follow(backend.api);
});

/** True: the close was prevented. */
async function close(): Promise<boolean> {
  const event = new FakeEvent();
  guard.onClose(event);
  await settled();
  return event.defaultPrevented;
}
async function answer(given: QuitAnswer): Promise<void> {
  asked.at(-1)?.answer(given);
  await settled();
}

describe('with nothing going on', () => {
  it('closes the backend first, and leaves once it is closed, without a question', async () => {
    expect(await close()).toBe(true);
    expect([asked.length, backend.closeCalls, left]).toEqual([0, 1, []]);
    backend.closing.resolve(undefined);
    await settled();
    expect([left, guard.state]).toEqual([[0], 'closed']);
    expect(await close()).toBe(false);
    expect([backend.closeCalls, left]).toEqual([1, [0]]);
  });

  it('does not hold up the system', async () => {
    const event = new FakeEvent();
    guard.onSessionEnding(event);
    await settled();
    expect([event.defaultPrevented, backend.closeCalls]).toEqual([false, 1]);
  });
});

describe('with a backup going on', () => {
  beforeEach(() => {
    backend.beginRun('SQL01', 'WEB01');
  });

  it('keep running: everything is as it was, and the next time it is asked again', async () => {
    expect(await close()).toBe(true);
    expect(asked[0]?.work.runs).toHaveLength(1);
    await answer('keep-running');
    expect([guard.state, backend.closeCalls, left]).toEqual(['running', 0, []]);
    backend.endRun();
    await settled();
    expect(backend.closeCalls).toBe(0);
    backend.beginRun('SQL01');
    await close();
    expect(asked).toHaveLength(2);
  });

  it('asks once, however often somebody clicks', async () => {
    await close();
    await close();
    expect(await close()).toBe(true);
    expect(asked).toHaveLength(1);
  });

  it('finish, then quit: waits for the last of it', async () => {
    backend.setOperation('running');
    await close();
    await answer('finish-then-quit');
    expect([guard.state, backend.closeCalls]).toEqual(['waiting', 0]);
    backend.endRun();
    await settled();
    expect(backend.closeCalls).toBe(0);
    backend.setOperation('ended');
    backend.closing.resolve(undefined);
    await settled();
    expect([backend.closeCalls, left]).toEqual([1, [0]]);
  });

  it('finish, then quit, when it ended while the question stood', async () => {
    await close();
    backend.endRun();
    await answer('finish-then-quit');
    expect(backend.closeCalls).toBe(1);
  });

  it('closing again while waiting asks again, and can take it back; nothing new is begun in between', async () => {
    await close();
    expect(guard.isEnding).toBe(false);
    await answer('finish-then-quit');
    expect(guard.isEnding).toBe(true);
    await close();
    expect(asked).toHaveLength(2);
    expect(guard.isEnding).toBe(true);
    await answer('keep-running');
    expect(guard.isEnding).toBe(false);
    backend.endRun();
    await settled();
    expect([guard.state, backend.closeCalls]).toEqual(['running', 0]);
  });

  it('cancel and quit: leaves only when the merge is confirmed', async () => {
    await close();
    await answer('cancel-and-quit');
    expect([guard.state, backend.closeCalls, left]).toEqual(['closing', 1, []]);
    backend.endRun();
    await settled();
    expect(left).toEqual([]);
    backend.closing.resolve(undefined);
    await settled();
    expect(left).toEqual([0]);
  });

  it('while merging it only says so, one message at a time', async () => {
    await close();
    await answer('cancel-and-quit');
    expect(await close()).toBe(true);
    await close();
    expect([asked.length, merging.length, backend.closeCalls]).toEqual([1, 1, 1]);
    merging[0]?.();
    await settled();
    await close();
    expect(merging).toHaveLength(2);
  });

  it('a question that cannot be put keeps everything running', async () => {
    await close();
    asked[0]?.fail();
    await settled();
    expect([guard.state, backend.closeCalls]).toEqual(['running', 0]);
  });

  it('a shutdown of the system is delayed, and everything merged, without a question', async () => {
    const event = new FakeEvent();
    guard.onSessionEnding(event);
    await settled();
    expect([event.defaultPrevented, asked.length, backend.closeCalls]).toEqual([true, 0, 1]);
    const again = new FakeEvent();
    guard.onSessionEnding(again);
    backend.endRun();
    const last = new FakeEvent();
    guard.onSessionEnding(last);
    expect([again.defaultPrevented, last.defaultPrevented]).toEqual([true, true]);
    backend.closing.resolve(undefined);
    await settled();
    expect([backend.closeCalls, left]).toEqual([1, [0]]);
  });

  it.each(['keep-running', 'finish-then-quit', 'cancel-and-quit'] as const)(
    'a shutdown while the question stands wins over the answer %s',
    async (late) => {
      await close();
      guard.onSessionEnding(new FakeEvent());
      await answer(late);
      expect([guard.state, backend.closeCalls]).toEqual(['closing', 1]);
    },
  );

  it('a backend that does not close is said, and is no success', async () => {
    await close();
    await answer('cancel-and-quit');
    backend.closing.reject(new Error('the host is gone'));
    await settled();
    expect([failures, left, guard.state]).toEqual([['bug.unexpected'], [1], 'closed']);
  });

  it('the worst exit code counts, and what must be read is waited for', async () => {
    const read = Promise.withResolvers<undefined>();
    await close();
    await answer('cancel-and-quit');
    void guard.end({ exitCode: 1, before: read.promise });
    backend.closing.resolve(undefined);
    await settled();
    expect(left).toEqual([]);
    read.resolve(undefined);
    await settled();
    expect([left, backend.closeCalls]).toEqual([[1], 1]);
  });

  it('keeps the computer awake from the first run to the last', () => {
    const { parts, blockers } = createFakeElectron();
    const stop = keepAwake(work, parts.powerSaveBlocker);
    expect([...blockers.values()]).toEqual(['prevent-app-suspension']);
    backend.setOperation('running');
    expect(blockers.size).toBe(1);
    backend.endRun();
    expect(blockers.size).toBe(0);
    backend.beginRun('SQL01');
    stop();
    expect(blockers.size).toBe(0);
  });
});

describe('the watch over the work', () => {
  it('knows what began before it looked, and between looking and being told', async () => {
    const early = new FakeBackend();
    const late = new WorkWatch();
    early.beginRun('OLD01');
    const following = late.follow(early.api);
    early.setOperation('running', 'check');
    await following;
    expect(late.current.runs.flatMap((run) => Object.values(run.vms).map(({ name }) => name))).toEqual(['OLD01']);
    expect(late.current.operations.map(({ kind }) => kind)).toEqual(['check']);
    early.setOperation('ended', 'check');
    expect(late.current.operations).toEqual([]);
  });
});

describe('the question', () => {
  it.each<readonly [string, () => void, string, string]>([
    [
      'a backup',
      () => backend.beginRun('SQL01', 'WEB01'),
      'A backup of SQL01 and WEB01 is going on',
      'Cancel the backup and quit',
    ],
    [
      'a restore',
      () => backend.setOperation('running', 'restore'),
      'A restore is going on',
      'Cancel the restore and quit',
    ],
    [
      'a check',
      () => backend.setOperation('running', 'check'),
      'A check of the repository is going on',
      'Cancel the check and quit',
    ],
    [
      'both',
      () => {
        backend.beginRun('SQL01');
        backend.setOperation('running', 'verify');
      },
      'A backup of SQL01 and a verification of a restore point are going on',
      'Cancel all of it and quit',
    ],
    [
      'many VMs',
      () => backend.beginRun('A', 'B', 'C', 'D', 'E', 'F', 'G'),
      'A backup of A, B, C, D and 3 more is going on',
      'Cancel the backup and quit',
    ],
    [
      'VMs that are done',
      () => {
        backend.beginRun('SQL01', 'WEB01');
        backend.endVm(0);
      },
      'A backup of WEB01 is going on',
      'Cancel the backup and quit',
    ],
    [
      'a hostile name',
      () => backend.beginRun('X\n\u202eY'),
      'A backup of X  Y is going on',
      'Cancel the backup and quit',
    ],
  ])('%s', (_case, begin, message, button) => {
    begin();
    const question = quitQuestion(work.current);
    expect([question.message, question.buttons]).toEqual([message, ['Keep running', 'Finish, then quit', button]]);
  });

  it('says what cancelling undoes', () => {
    backend.beginRun('SQL01');
    expect(quitQuestion(work.current).detail).toContain('removed and merged first');
    expect(quitQuestion(work.current).detail).toContain('VMs that are not finished get no restore point');
  });
});
