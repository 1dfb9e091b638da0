// A process that can die at any step, inside a test: what it uses is wrapped, every call has a point before it takes
// effect and one after, and from the chosen point on no call ever answers. Nothing else runs then, as after kill -9.

export class MortalProcess {
  readonly #dieAt: number;
  #points = 0;
  #isDead = false;
  #announceDeath: () => void = () => undefined;
  /** Resolves in the moment of death. */
  readonly died: Promise<void>;
  readonly #death = new AbortController();
  /** Aborted in the moment of death: what the system ends with a process ends with this. */
  readonly signal: AbortSignal = this.#death.signal;
  /** Where it died, in words. */
  diedAt = 'not at all';

  /** @param dieAt the number of the point, from 1; beyond the last one it lives. */
  constructor(dieAt: number) {
    this.#dieAt = dieAt;
    this.died = new Promise((resolve) => (this.#announceDeath = resolve));
  }

  get points(): number {
    return this.#points;
  }

  /** The next point is the last one: what has to be half done by then can be done by half. */
  get diesNext(): boolean {
    return this.#points + 1 === this.#dieAt;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** A point in the life of the process: beyond its death it never resolves. */
  async point(where: string): Promise<void> {
    if (!this.#isDead) {
      this.#points += 1;
      if (this.#points === this.#dieAt) this.die(where);
    }
    if (this.#isDead) await new Promise<never>(() => undefined);
  }

  die(where: string): void {
    this.#isDead = true;
    this.diedAt = where;
    this.#announceDeath();
    this.#death.abort(new Error('the process died'));
  }

  /** The same object, each of the named methods with a point before and one after its effect. */
  wrap<T extends object>(target: T, name: string, methods: readonly (keyof T)[]): T {
    return new Proxy(target, {
      get: (object, key) => {
        const value: unknown = Reflect.get(object, key, object);
        if (typeof value !== 'function') return value;
        const call = value.bind(object) as (...args: unknown[]) => unknown;
        if (!methods.includes(key as keyof T)) return call;
        return async (...args: unknown[]) => {
          await this.point(`before ${name}.${String(key)}`);
          try {
            return await call(...args);
          } finally {
            await this.point(`after ${name}.${String(key)}`);
          }
        };
      },
    });
  }
}

export const portMethods = [
  'readSite',
  'readHost',
  'findOwner',
  'readVm',
  'requestCheckpoint',
  'readJob',
  'removeCheckpoint',
  'readConfiguration',
] as const;
