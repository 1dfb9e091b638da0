// An engine whose process can die at any step: everything it uses has a point before and after each call, and a line of
// its journal can be cut in the middle.
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunPolicy } from '../../../shared/model/run.ts';
import type { Engine, EngineDeps } from '../create-engine.ts';
import type { JournalStore } from '../ports/journal-store.ts';
import { fakeData } from './fake-data.ts';
import { portMethods, type MortalProcess } from './mortal-process.ts';
import type { TestBench } from './test-bench.ts';

export function mortalEngine(bench: TestBench, life: MortalProcess, overrides: Partial<EngineDeps> = {}): Engine {
  const data = fakeData(bench.store, bench.clock);
  return bench.engine({
    hyperv: life.wrap(bench.site, 'host', portMethods),
    journal: mortalJournal(bench.journal, life),
    data: life.wrap(data, 'data', ['openDisk', 'transferDisk', 'commitRestorePoint', 'findRestorePoints']),
    repository: life.wrap(bench.store.source, 'repository', ['open']),
    ...overrides,
  });
}

/** A journal that can also be given half a line. */
export interface CuttableJournal extends JournalStore {
  write(runId: RunId, text: string): void;
}

/** Dies before a line is written, in the middle of it, and after it is durable. */
export function mortalJournal(journal: CuttableJournal, life: MortalProcess): JournalStore {
  return {
    list: () => journal.list(),
    read: (runId) => journal.read(runId),
    append: async (runId: RunId, line: string) => {
      await life.point(`before journaling ${typeOf(line)}`);
      if (life.diesNext) journal.write(runId, line.slice(0, Math.ceil(line.length / 2)));
      await life.point(`while journaling ${typeOf(line)}`);
      await journal.append(runId, line);
      await life.point(`after journaling ${typeOf(line)}`);
    },
  };
}

function typeOf(line: string): string {
  return line === '' ? 'a closing line' : String((JSON.parse(line) as { type: unknown }).type);
}

/** Lets `work` go on until it ends or its process dies. */
export async function liveAndDie(bench: TestBench, life: MortalProcess, work: () => Promise<unknown>): Promise<void> {
  await bench.clock.drive(Promise.race([work(), life.died]));
  // What the dead process held open is let go of by the system; locks in the repository stay.
  bench.store.openDisks.clear();
}

/** Questions are answered with `fall-back`, a second after they are asked. */
export const backUpAll = (bench: TestBench, engine: Engine, policy?: RunPolicy) => async () => {
  const vmIds = bench.site.vms.map((vm) => vm.id);
  engine.subscribe((event) => {
    if (event.type !== 'question-asked') return;
    const answer = () => engine.answer(event.runId, event.questionId, 'fall-back');
    // One that comes too late is refused, and whoever asked has died.
    void bench.clock
      .sleep(1000)
      .then(answer)
      .catch(() => undefined);
  });
  const wish = { mode: 'on-host', consistency: 'application', ...(policy === undefined ? {} : { policy }) } as const;
  const handle = await engine.startBackup({ vmIds, ...wish });
  return handle.done;
};
