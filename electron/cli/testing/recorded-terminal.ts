// A terminal that remembers what it was told, with a clock that the test moves.
import type { Terminal } from '../terminal.ts';

export class RecordedTerminal implements Terminal {
  readonly environment = {};
  readonly isScreen: boolean;
  readonly results: string[] = [];
  readonly said: string[] = [];
  drawn = '';
  atMs = 1_000_000;
  #interrupt: (() => void) | undefined;

  constructor({ isScreen = false }: { readonly isScreen?: boolean } = {}) {
    this.isScreen = isScreen;
  }

  columns(): number {
    return 80;
  }

  out(line: string): void {
    this.results.push(line);
  }

  say(line: string): void {
    this.said.push(line);
  }

  draw(text: string): void {
    this.drawn += text;
  }

  nowMs(): number {
    return this.atMs;
  }

  onInterrupt(listener: () => void): () => void {
    this.#interrupt = listener;
    return () => {
      this.#interrupt = undefined;
    };
  }

  /** Ctrl-C. */
  interrupt(): void {
    this.#interrupt?.();
  }
}
