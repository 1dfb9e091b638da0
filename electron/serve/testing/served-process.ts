// A loopback host as a real process, and a browser in front of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { TestWindow, ask, enteredWith, keyOf } from './loopback-fixture.ts';

const entry = join(import.meta.dirname, 'tiny-page-process.ts');

export interface ServedResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** Lines on stderr. */
  readonly said: readonly string[];
}

export class ServedProcess {
  readonly #child;
  #stdout = '';
  readonly said: string[] = [];
  readonly done: Promise<ServedResult>;
  /** Rejects when it ends before it serves. */
  readonly address: Promise<URL>;
  readonly #lineListeners = new Set<() => void>();

  /** @param dir of the installation @param scratch where the page is put */
  constructor(dir: string, scratch: string, args: readonly string[] = []) {
    const page = join(scratch, 'page');
    mkdirSync(page, { recursive: true });
    writeFileSync(join(page, 'index.html'), '<p>page</p>');
    // Nothing of the tester's own settings may decide a test.
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('STILLPOINT_'));
    this.#child = spawn(process.execPath, [entry, page, '--dir', dir, ...args], {
      env: { ...Object.fromEntries(inherited), NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new Error('it was started without pipes');
    createInterface({ input: stderr }).on('line', (line) => {
      this.said.push(line);
      for (const listener of [...this.#lineListeners]) listener();
    });
    this.done = once(this.#child, 'close').then((ended) => ({
      exitCode: (ended[0] as number | null) ?? undefined,
      stdout: this.#stdout,
      said: this.said,
    }));
    const served = Promise.withResolvers<URL>();
    stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      const [, address] = /^Stillpoint is at (\S+)\n/.exec(this.#stdout) ?? [];
      if (address !== undefined) served.resolve(new URL(address));
    });
    void this.done.then(() => served.reject(new Error(`it ended: ${this.said.join('\n')}`)));
    this.address = served.promise;
    // A test that expects it to end does not look at the address.
    this.address.catch(() => undefined);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  tell(message: { readonly type: string }): void {
    this.#child.send(message);
  }

  /** Resolves when such a line was said. */
  async hears(pattern: RegExp): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!this.said.some((line) => pattern.test(line))) return;
        this.#lineListeners.delete(check);
        resolve();
      };
      this.#lineListeners.add(check);
      check();
    });
  }

  /** The cookie of a browser that opens the printed address. */
  async enter(): Promise<string> {
    const { port, pathname, search } = await this.address;
    return enteredWith(await ask(Number(port), `${pathname}${search}`, 'GET', {}));
  }

  async open(cookie: string): Promise<TestWindow> {
    const { host, origin } = await this.address;
    const window = new TestWindow(`ws://${host}/contract`, { origin, key: keyOf(cookie), headers: { Cookie: cookie } });
    const refusal = await window.opened;
    if (refusal !== undefined) throw new Error(`not let in: ${refusal}`);
    return window;
  }
}
