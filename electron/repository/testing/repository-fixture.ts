// Repositories for tests: real files, real worker threads, a clock that the test moves.
import { createCipheriv, createHash } from 'node:crypto';
import { onTestFinished } from 'vitest';
import {
  createLocalStorage,
  initRepository,
  openRepository,
  repositoryWorkerSourceUrl,
  type FileNode,
  type Repository,
  type RepositoryClock,
  type RepositoryDeps,
  type RepositoryStorage,
  type RepositoryWriter,
  type RestoreTarget,
  type Snapshot,
} from '../index.ts';

export const password = 'correct horse "battery" staple';
export const startMs = Date.UTC(2026, 10, 24, 2, 7, 43, 120);

interface Sleeper {
  readonly wakeAtMs: number;
  readonly wake: () => void;
}

/** Time stands still until `advance`; short sleeps (the settling of a lock) pass at once. */
export class ManualClock implements RepositoryClock {
  #nowMs: number;
  #sleepers: Sleeper[] = [];

  constructor(nowMs = startMs) {
    this.#nowMs = nowMs;
  }

  /** True when somebody waits for time to pass: only then is it of use to advance. */
  get isAwaited(): boolean {
    return this.#sleepers.length > 0;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms < 1000) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#sleepers.push({ wakeAtMs: this.#nowMs + ms, wake: resolve });
      const stop = (): void => {
        reject(signal?.reason instanceof Error ? signal.reason : new Error('stopped'));
      };
      if (signal?.aborted === true) stop();
      signal?.addEventListener('abort', stop, { once: true });
    });
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    const due = this.#sleepers.filter((sleeper) => sleeper.wakeAtMs <= this.#nowMs);
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.wakeAtMs > this.#nowMs);
    for (const sleeper of due) sleeper.wake();
  }
}

/** Each run of restic, and each opening, would take half a second with the real one. */
const cheapScrypt = { n: 1024, r: 8, p: 1 };

export function testDeps(overrides: Partial<RepositoryDeps> = {}): RepositoryDeps {
  const host = {
    hostname: 'console-1',
    username: 'SHOP\\admin',
    pid: process.pid,
    uid: 0,
    gid: 0,
    isProcessRunning: (pid: number) => pid === process.pid,
  };
  return {
    workerUrl: repositoryWorkerSourceUrl,
    workers: 2,
    clock: new ManualClock(),
    host,
    scryptCost: cheapScrypt,
    ...overrides,
  };
}

export async function newRepository(
  folder: string,
  storage: RepositoryStorage = createLocalStorage(folder),
  deps: RepositoryDeps = testDeps(),
): Promise<Repository> {
  return closedAtEnd(await initRepository(storage, password, deps));
}

export async function reopen(
  folder: string,
  storage: RepositoryStorage = createLocalStorage(folder),
  deps: RepositoryDeps = testDeps(),
): Promise<Repository> {
  return closedAtEnd(await openRepository(storage, password, deps));
}

function closedAtEnd(repository: Repository): Repository {
  onTestFinished(() => repository.close());
  return repository;
}

/** Reproducible bytes that look random; with `isTextLike` they repeat, and so compress. */
export function testBytes(seed: string, length: number, isTextLike = false): Buffer {
  const key = createHash('sha256').update(seed).digest();
  const stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(isTextLike ? 5003 : length));
  return isTextLike ? Buffer.alloc(length, stream) : stream;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Stores `bytes` in chunks, several at a time, and returns the node. */
export async function putFile(writer: RepositoryWriter, name: string, bytes: Uint8Array): Promise<FileNode> {
  const pending: Promise<string>[] = [];
  for (let at = 0; at < bytes.length; at += writer.chunkSizeBytes) {
    const part = bytes.subarray(at, at + writer.chunkSizeBytes);
    const buffer = await writer.acquireBuffer();
    buffer.set(part);
    pending.push(writer.putChunk(buffer, part.length).then(({ id }) => id));
  }
  const content = await Promise.all(pending);
  return { type: 'file', name, mode: 0o600, modifiedAtMs: startMs, sizeBytes: bytes.length, content };
}

export type Files = Readonly<Record<string, Uint8Array>>;

/** A snapshot of one folder `/vm` with these files. */
export async function backUp(repository: Repository, files: Files, chunkSizeBytes = 65_536): Promise<string> {
  const writer = await repository.openWriter({ chunkSizeBytes });
  try {
    const nodes: FileNode[] = [];
    for (const [name, bytes] of Object.entries(files)) nodes.push(await putFile(writer, name, bytes));
    const subtree = await writer.saveTree(nodes);
    const folder = { type: 'dir', name: 'vm', mode: 0o700, modifiedAtMs: startMs, subtree } as const;
    const tree = await writer.saveTree([folder]);
    return await writer.commitSnapshot({ takenAtMs: startMs, tree, paths: ['/vm'], tags: ['stillpoint'] });
  } finally {
    await writer.close();
  }
}

export async function fileAt(repository: Repository, snapshot: Snapshot, path: string): Promise<FileNode> {
  const node = await repository.findNode(snapshot, path);
  if (node.type !== 'file') throw new Error(`${path} is no file`);
  return node;
}

/** A restore target in memory; counts what was written. */
export class MemoryTarget implements RestoreTarget {
  bytes = Buffer.alloc(0);
  writtenBytes = 0;

  async truncate(sizeBytes: number): Promise<void> {
    this.bytes = Buffer.alloc(sizeBytes);
  }

  async write(data: Uint8Array, positionBytes: number): Promise<void> {
    this.bytes.set(data, positionBytes);
    this.writtenBytes += data.length;
  }
}
