// Keeps the lab's state in memory and in lab.json, the second always whole: a new file takes the old one's place.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { VmId } from '../../../shared/model/ids.ts';
import { Mutex } from '../mutex.ts';
import { guidOf } from '../content/prng.ts';
import { labStateSchema, type LabState, type VmRecord } from './lab-state.ts';

export class StateStore {
  readonly #path: string;
  readonly #saving = new Mutex();
  #state: LabState;
  #idCount: number;

  private constructor(path: string, state: LabState) {
    this.#path = path;
    this.#state = state;
    this.#idCount = state.idCount;
  }

  static async create(folder: string, state: LabState): Promise<StateStore> {
    const store = new StateStore(statePath(folder), state);
    await store.update((same) => same);
    return store;
  }

  /** Errors: `lab.not-found`, `lab.damaged`. */
  static async open(folder: string): Promise<StateStore> {
    const path = statePath(folder);
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      throw new AppError('lab.not-found', { folder }, { cause });
    });
    return new StateStore(path, parseState(path, text));
  }

  get state(): LabState {
    return this.#state;
  }

  /** What has been resolved is on disk; what has not, may be. */
  async update(change: (state: LabState) => LabState): Promise<void> {
    await this.#saving.run(async () => {
      const next = { ...change(this.#state), idCount: this.#idCount };
      const draft = `${this.#path}.new`;
      await writeFile(draft, `${JSON.stringify(next, undefined, 1)}\n`);
      await rename(draft, this.#path);
      this.#state = next;
    });
  }

  async updateVm(vmId: VmId, change: (vm: VmRecord) => VmRecord): Promise<void> {
    await this.update((state) => ({
      ...state,
      vms: state.vms.map((vm) => (vm.id === vmId ? change(vm) : vm)),
    }));
  }

  /** A GUID that this lab has not used yet; the same in every run that does the same things. */
  newGuid(purpose: string): string {
    this.#idCount += 1;
    return guidOf(`${this.#state.seed} ${purpose} ${this.#idCount}`);
  }
}

function statePath(folder: string): string {
  return join(folder, 'lab.json');
}

function parseState(path: string, text: string): LabState {
  try {
    return labStateSchema.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'it is not JSON';
    throw new AppError('lab.damaged', { path, reason }, { cause });
  }
}
