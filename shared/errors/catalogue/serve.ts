// Errors between a window and the backend it talks to, and of a start that could not begin to serve.
import { errorSpec } from '../define-errors.ts';

export const serveErrors = {
  'contract.too-many-calls': errorSpec('transient', (p: { most: number }) => ({
    title: 'The window asks for too much at once',
    meaning: `${p.most} calls of it are still under way, and no window needs more. This one was not carried out.`,
    nextStep: 'Wait until something of it is done, then try again.',
  })),
  'contract.connection-lost': errorSpec('transient', (p: { call: string; wasSent: boolean }) => ({
    title: 'The connection to Stillpoint was lost',
    meaning: p.wasSent
      ? `The answer did not arrive: what was asked (${p.call}) may have been done or not.`
      : `What was asked (${p.call}) was not sent. Nothing was done.`,
    nextStep: p.wasSent
      ? 'When the connection is back, check what has happened before you repeat it.'
      : 'Wait until the connection is back. If it does not come back, start Stillpoint again.',
  })),
  'console.ending': errorSpec('user', (p: { call: string }) => ({
    title: 'Stillpoint is ending',
    meaning: `Nothing new is begun any more, so ${p.call} was not carried out. What is going on is being merged first.`,
    nextStep: 'Start Stillpoint again when it has ended.',
  })),
  'console.already-open': errorSpec('user', (p: { folder: string; pid: number; path: string }) => ({
    title: `Stillpoint is already open on ${p.folder}`,
    meaning: `Process ${p.pid} has it open. Two at once would get in each other's way. Nothing was touched.`,
    nextStep:
      'Use the window that is open, or end it first. If that process is of a computer that no longer uses this ' +
      `folder, remove ${p.path}.`,
  })),
  'serve.port-taken': errorSpec('environment', (p: { port: number; reason: string }) => ({
    title: `Port ${p.port} of this computer cannot be used`,
    meaning: `The system says: ${p.reason}. Nothing was started.`,
    nextStep: 'Give another one with --port, or leave --port out and a free one is found.',
  })),
  'serve.bad-usage': errorSpec('user', (p: { reason: string }) => ({
    title: 'Stillpoint cannot be started like this',
    meaning: `${p.reason}. Nothing was started.`,
    nextStep: 'Run `npm start -- --help` to see what it takes.',
  })),
};
