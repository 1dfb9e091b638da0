// The loopback host from its words to its end: lock, console, server, address line, and the way out.
import { randomBytes } from 'node:crypto';
import { contract } from '../../shared/ipc/contract.ts';
import { invokeHandler } from '../../shared/ipc/invoke-handler.ts';
import { AppError, isAppError } from '../../shared/errors/app-error.ts';
import { endingGate } from '../console/ending-gate.ts';
import { checkLabFaults, stageLabFaults } from '../console/lab-faults.ts';
import type { openWindowConsole, WindowConsole } from '../console/window-console.ts';
import { lockInstallation } from '../platform/installation-lock.ts';
import {
  accountOfCaller,
  appFolders,
  privateFilePasswordStore,
  readPageFiles,
  type Environment,
} from '../platform/index.ts';
import { Ending } from './ending.ts';
import { LoopbackHost } from './loopback-host.ts';
import { OneTimeToken } from './one-time-token.ts';
import type { ServeArguments } from './serve-arguments.ts';
import { ServeMemoryFile } from './serve-memory.ts';
import { Sessions } from './sessions.ts';

export interface ServeProcess {
  readonly environment: Environment;
  /** User numbers that may use the printed address; of no meaning on Windows. */
  readonly accounts: readonly number[];
  /** The one line of the result. */
  out(line: string): void;
  say(line: string): void;
  nowMs(): number;
  after(ms: number, act: () => void): () => void;
  /** Ctrl-C and its like. */
  onInterrupt(listener: () => void): void;
  onWindowClosed(listener: () => void): void;
  /** Tells whoever started us; nobody may be there. */
  onServing(serving: { readonly address: string; readonly root: string }): void;
}

export interface ServeProgram {
  /** Folder of the built page. */
  readonly pageFolder: string;
  readonly workerUrl: URL;
  readonly openConsole: typeof openWindowConsole;
}

/** Resolves when it has ended as it should. Rejects with what kept it from serving, or from ending well. */
export async function serve(given: ServeArguments, host: ServeProcess, program: ServeProgram): Promise<void> {
  checkLabFaults(given.labFaults);
  const folders = appFolders(given.dir, host.environment);
  const files = await readPageFiles(program.pageFolder);
  const lock = await lockInstallation(folders.root);
  try {
    let isAskedToEnd = false;
    let isOpening = true;
    host.onInterrupt(() => {
      if (isOpening && !isAskedToEnd) host.say('Stillpoint ends as soon as what it is opening is whole ...');
      isAskedToEnd = true;
    });
    const console = await program.openConsole({
      folders,
      workerUrl: program.workerUrl,
      passwordStore: privateFilePasswordStore(folders.root),
      environment: host.environment,
      onNote: (line) => host.say(line),
      ...(given.scenario === undefined ? {} : { scenario: given.scenario }),
    });
    isOpening = false;
    await whileOpen(console, { given, host, root: folders.root, files, isAskedToEnd: () => isAskedToEnd });
  } finally {
    await lock.release();
  }
}

interface Serving {
  readonly given: ServeArguments;
  readonly host: ServeProcess;
  readonly root: string;
  readonly files: Awaited<ReturnType<typeof readPageFiles>>;
  /** Before there was anything to end. */
  readonly isAskedToEnd: () => boolean;
}

/** Closes the console whatever happens. */
async function whileOpen(console: WindowConsole, { given, host, root, files, isAskedToEnd }: Serving): Promise<void> {
  const token = randomKey();
  const memory = new ServeMemoryFile(root, (line) => host.say(line));
  const remembered = await memory.read();
  let isEnding = false;
  const server = new LoopbackHost({
    files,
    token: new OneTimeToken(token),
    mayEnter: async (connection) => {
      const account = await accountOfCaller(connection);
      // Where the system does not say, the token alone has to do.
      return account === undefined || host.accounts.includes(account);
    },
    makeNonce: () => randomBytes(18).toString('base64url'),
    invoke: endingGate(
      (name, input) => invokeHandler(contract, console.handlers, name, input),
      () => isEnding,
    ),
    onAppChanged: (listener) => console.api.app.changed(listener),
    onSockets: () => ending.socketsChanged(),
    sessionsOf: (port) =>
      new Sessions({
        port,
        // SECURITY: of another port: whoever has that one now may have been shown the keys.
        stored: remembered?.port === port ? remembered.sessions : [],
        nowMs: () => host.nowMs(),
        makeKey: randomKey,
        onChanged: (sessions) => memory.write({ schemaVersion: 1, port, sessions: [...sessions] }),
      }),
  });
  const ending = new Ending({
    work: async () => {
      const snapshot = await console.api.app.snapshot(undefined);
      // It takes no input and asks nobody: what could go wrong is a fault of ours, and must not keep us from ending.
      return snapshot.ok ? snapshot.value : { runs: [], operations: [] };
    },
    onWorkChanged: (listener) => console.api.app.changed(() => listener()),
    socketCount: () => server.socketCount,
    shut: () => {
      isEnding = true;
    },
    finish: async () => {
      await console.close();
      await server.close('Stillpoint has ended.');
    },
    say: (line) => host.say(line),
    after: (ms, act) => host.after(ms, act),
  });
  try {
    stageLabFaults(given.labFaults, console);
    const port = await listen(server, {
      asked: given.port,
      remembered: remembered?.port,
      say: (line) => host.say(line),
    });
    if (remembered?.port !== port) await memory.write({ schemaVersion: 1, port, sessions: [] });
    host.onInterrupt(() => ending.interrupt());
    host.onWindowClosed(() => ending.windowClosed());
    if (isAskedToEnd()) ending.interrupt();
    else {
      const address = `http://127.0.0.1:${port}/?token=${token}`;
      host.out(`Stillpoint is at ${address}`);
      host.onServing({ address, root });
    }
  } catch (error) {
    await console.close();
    throw error;
  }
  await ending.done;
  host.say('Stillpoint has ended.');
}

/** The port that was asked for or none; otherwise that of last time, so that open windows find their way back. */
async function listen(
  server: LoopbackHost,
  ports: { readonly asked: number | undefined; readonly remembered: number | undefined; say(line: string): void },
): Promise<number> {
  const { asked, remembered } = ports;
  if (asked !== undefined) return server.listen(asked).catch((error: unknown) => portTaken(asked, error));
  if (remembered === undefined) return server.listen(0);
  try {
    return await server.listen(remembered);
  } catch (error) {
    if (isAppError(error)) throw error;
    ports.say(
      `Note: port ${remembered} of last time is used by another program. Stillpoint takes another one; windows that ` +
        'were open before have to be opened anew.',
    );
    return server.listen(0);
  }
}

function portTaken(port: number, error: unknown): never {
  const reason = error instanceof Error ? error.message : 'it cannot be used';
  throw new AppError('serve.port-taken', { port, reason }, { cause: error });
}

/** 256 bits, in letters that an address and a cookie may hold. */
function randomKey(): string {
  return randomBytes(32).toString('base64url');
}
