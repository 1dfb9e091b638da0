// Runs the built main process with a stand-in for Electron, as a user who starts a backup, closes the window while its
// checkpoint stands and chooses to cancel. Argument 2: the built main.js. Prints what was seen as one line of JSON.
import { writeSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import type { Result } from '../../../shared/ipc/define-contract.ts';
import type { AppEvent, SettingsView, VmPage } from '../../../shared/ipc/views.ts';
import { pageUrl } from '../page-address.ts';
import type * as electronStandIn from './electron-stand-in.ts';
import type { FakeWindow } from './fake-electron.ts';

const standIn = new URL('./electron-stand-in.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context),
});
const { fake } = (await import(standIn)) as typeof electronStandIn;

const seen: Record<string, unknown> = {};
const phases: string[] = [];
fake.app.exit = (code: number): void => {
  const questions = fake.questions.map(({ message }) => message);
  const report = { ...seen, code, phases, questions, errors: fake.errorBoxes, blockers: fake.blockers.size };
  writeSync(1, `${JSON.stringify(report)}\n`);
  process.exit(code);
};

/** As the page would: through the handler that was bound, as the main frame of the window. */
async function call<T>(window: FakeWindow, name: string, input?: unknown): Promise<T> {
  const event = { sender: window.webContents, senderFrame: window.webContents.mainFrame };
  const result = (await fake.ipcHandlers.get(`stillpoint:${name}`)?.(event, input)) as Result<T>;
  if (!result.ok) throw new Error(`${name}: ${result.error.title}`);
  return result.value;
}

async function use(window: FakeWindow): Promise<void> {
  const page = fake.protocols.get('app')?.(new Request(pageUrl));
  seen['page'] = {
    status: page?.status,
    text: await page?.text(),
    policy: page?.headers.get('Content-Security-Policy'),
  };
  const { settings } = await call<{ readonly settings: SettingsView }>(window, 'app.snapshot');
  seen['passwordStore'] = settings.passwordStore.kind;
  const location = join(settings.folders.root, 'kept');
  await call(window, 'repository.init', { location, password: 'hunter2-secret', keep: 'this-computer' });
  const { vms } = await call<VmPage>(window, 'site.vms', {});
  const vm = vms.find(({ name }) => name === 'SQL01');
  window.webContents.send = (_channel: string, payload: unknown): void => {
    onEvent(window, payload as AppEvent);
  };
  await call(window, 'runs.start', { vmIds: [vm?.vmId] });
}

function onEvent(window: FakeWindow, { change }: AppEvent): void {
  if (change.type !== 'run') return;
  const { event } = change;
  if (event.type === 'merge-confirmed') phases.push(event.type);
  if (event.type !== 'vm-phase-entered') return;
  phases.push(event.phase);
  if (event.phase !== 'reading') return;
  seen['blockersWhileReading'] = fake.blockers.size;
  window.close();
  // The question is put in the same turn or a later one; it is answered as soon as it stands.
  const answer = (): void => {
    const [question] = fake.questions;
    if (question === undefined) setImmediate(answer);
    else question.answer(2);
  };
  answer();
}

fake.app.on('web-contents-created', () => {
  setImmediate(() => {
    const window = fake.live().at(-1);
    if (window === undefined) throw new Error('no window');
    use(window).catch((error: unknown) => {
      seen['failure'] = String(error);
      fake.app.exit(9);
    });
  });
});
fake.app.ready.resolve(undefined);
await import(pathToFileURL(process.argv[2] ?? '').href);
