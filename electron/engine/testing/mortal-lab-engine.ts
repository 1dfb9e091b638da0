// An engine on the lab whose process can die at any step. What the system takes from a dead process is taken here: open
// files are closed, reads end. What outlives it stays: the checkpoint on its host, the lock in the repository.
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RepositoryWriter } from '../../repository/index.ts';
import type { VirtualDisk } from '../../vhdx/index.ts';
import type { Engine } from '../create-engine.ts';
import type { DataPath, RepositorySource } from '../run/data-path.ts';
import { repositoryDataPath } from '../run/repository-data-path.ts';
import type { TransferredDisk } from '../transfer/transfer-disk.ts';
import type { LabBench } from './lab-bench.ts';
import { mortalJournal, type CuttableJournal } from './mortal-engine.ts';
import { portMethods, type MortalProcess } from './mortal-process.ts';

export interface MortalLabEngine {
  readonly engine: Engine;
  /** After the death: lets go of what a dead process cannot hold. */
  bury(): Promise<void>;
  /** Gives the memory of the dead writer back. Only when its lock has been removed. */
  forget(): void;
}

export function mortalLabEngine(bench: LabBench, life: MortalProcess): MortalLabEngine {
  const disks = new Set<VirtualDisk>();
  /** What was under way in the moment of death, and ends by itself: a test cannot stop it half way. */
  const underWay = new Set<Promise<unknown>>();
  const track = <T>(call: Promise<T>): Promise<T> => {
    underWay.add(call);
    return call;
  };
  const writers: RepositoryWriter[] = [];
  const data: DataPath<TransferredDisk> = {
    ...repositoryDataPath,
    openDisk: (files, path) => {
      const opening = repositoryDataPath.openDisk(files, path).then((disk) => {
        disks.add(disk);
        return disk;
      });
      return track(opening);
    },
    transferDisk: (options) => {
      const signal = AbortSignal.any([options.signal, life.signal]);
      return track(repositoryDataPath.transferDisk({ ...options, signal }));
    },
    commitRestorePoint: (options) => track(repositoryDataPath.commitRestorePoint(options)),
  };
  const journal: CuttableJournal = {
    append: (runId, line) => bench.journal.append(runId, line),
    list: () => bench.journal.list(),
    read: (runId) => bench.journal.read(runId),
    write: (runId, text) => {
      mkdirSync(bench.journalFolder, { recursive: true });
      appendFileSync(join(bench.journalFolder, `${runId}.jsonl`), text);
    },
  };
  const engine = bench.engine({
    hyperv: life.wrap(bench.lab.port, 'host', portMethods),
    data: life.wrap(data, 'data', ['openDisk', 'transferDisk', 'commitRestorePoint', 'findRestorePoints']),
    repository: life.wrap(tracked(bench.source, writers), 'repository', ['open']),
    journal: mortalJournal(journal, life),
  });
  return {
    engine,
    bury: async () => {
      await Promise.allSettled(underWay);
      await Promise.allSettled([...disks].map((disk) => disk.close()));
    },
    forget: () => {
      // Not waited for: one that was just renewing its lock waits for the dead journal, for ever.
      void Promise.allSettled(writers.map((writer) => writer.close()));
    },
  };
}

function tracked(source: RepositorySource, writers: RepositoryWriter[]): RepositorySource {
  return {
    location: source.location,
    open: async () => {
      const repository = await source.open();
      return new Proxy(repository, {
        get: (target, key) => {
          const value: unknown = Reflect.get(target, key, target);
          if (key !== 'openWriter') return value;
          return async (...args: Parameters<typeof repository.openWriter>) => {
            const writer = await repository.openWriter(...args);
            writers.push(writer);
            return writer;
          };
        },
      });
    },
  };
}
