// The page begins here: finds the backend, makes the state, draws the window.
import { createRoot } from 'react-dom/client';
import { findBackend } from './api/backend.ts';
import { createAppState } from './state/app-state.ts';
import { inBatches } from './state/in-batches.ts';
import { AppContext } from './state/use-app.ts';
import { StyledWindow } from './ui/styled-window.tsx';
import { ConsoleWindow } from './features/window/console-window.tsx';

/** Thirty times a second is as live as anybody can read. */
const eventGapMs = 33;
const timer = {
  nowMs: () => performance.now(),
  after: (ms: number, act: () => void) => void setTimeout(act, ms),
};

const state = createAppState(
  findBackend(window),
  {
    hash: () => window.location.hash,
    go: (hash) => {
      if (window.location.hash !== hash) window.history.pushState(null, '', hash);
    },
    onChange: (listener) => {
      window.addEventListener('popstate', listener);
      window.addEventListener('hashchange', listener);
    },
  },
  inBatches(timer, eventGapMs),
);

const root = document.querySelector('#root');
if (root === null) throw new Error('the page has no #root');
createRoot(root).render(
  <AppContext value={state}>
    <StyledWindow>
      <ConsoleWindow />
    </StyledWindow>
  </AppContext>,
);
