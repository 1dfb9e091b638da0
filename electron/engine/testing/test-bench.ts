// Everything a unit test of the engine stands on, put together: fake site, fake store, virtual time, journal in memory.
import type { RunEvent } from '../../../shared/events/run-event.ts';
import type { RunState } from '../../../shared/events/run-state.ts';
import type { RunPolicy } from '../../../shared/model/run.ts';
import type { Consistency } from '../../../shared/model/site.ts';
import { createEngine, type Engine, type EngineDeps } from '../create-engine.ts';
import type { RandomSource } from '../ports/random.ts';
import { FakeStore, fakeData } from './fake-data.ts';
import { FakeSite, fakeVm, type FakeVm } from './fake-site.ts';
import { MemoryJournal } from './memory-journal.ts';
import { TestClock } from './test-clock.ts';

/** Counts up: the same in every run of a test, never the same twice. */
export function countingRandom(): RandomSource {
  let count = 0;
  return {
    bytes: (lengthBytes) => {
      count += 1;
      return new Uint8Array(lengthBytes).map((_, index) => (index === lengthBytes - 1 ? count : 0));
    },
  };
}

export class TestBench {
  readonly clock = new TestClock();
  readonly journal = new MemoryJournal();
  readonly store = new FakeStore();
  readonly random = countingRandom();
  readonly events: RunEvent[] = [];
  readonly site: FakeSite;

  constructor(vms: readonly FakeVm[] = [fakeVm('SQL01', 'hv01')]) {
    this.site = new FakeSite(this.clock, vms);
  }

  engine(overrides: Partial<EngineDeps> = {}): Engine {
    const { clock, journal, random, site: hyperv } = this;
    const data = fakeData(this.store, clock);
    const deps = { clock, journal, random, hyperv, data, repository: this.store.source, product: 'Stillpoint test' };
    const engine = createEngine({ ...deps, ...overrides });
    engine.subscribe((event) => this.events.push(event));
    return engine;
  }

  /** Starts a backup of every VM and lets time run to its end. */
  backup(engine: Engine, consistency: Consistency = 'application', policy?: RunPolicy): Promise<RunState> {
    return this.clock.drive(this.#startAll(engine, consistency, policy));
  }

  async #startAll(engine: Engine, consistency: Consistency, policy?: RunPolicy): Promise<RunState> {
    const vmIds = this.site.vms.map((vm) => vm.id);
    const wish = { mode: 'on-host', consistency, ...(policy === undefined ? {} : { policy }) } as const;
    const handle = await engine.startBackup({ vmIds, ...wish });
    return handle.done;
  }

  get types(): readonly string[] {
    return this.events.map((event) => (event.type === 'vm-phase-entered' ? event.phase : event.type));
  }
}
