// The page begins here: finds the backend, makes the state, draws the window.
import { createRoot } from 'react-dom/client';
import { findBackend } from './api/backend.ts';
import { createAppState } from './state/app-state.ts';
import { AppContext } from './state/use-app.ts';
import { StyledWindow } from './ui/styled-window.tsx';
import { ConsoleWindow } from './features/window/console-window.tsx';

const state = createAppState(findBackend(window), {
  hash: () => window.location.hash,
  go: (hash) => {
    if (window.location.hash !== hash) window.history.pushState(null, '', hash);
  },
  onChange: (listener) => {
    window.addEventListener('popstate', listener);
    window.addEventListener('hashchange', listener);
  },
});

const root = document.querySelector('#root');
if (root === null) throw new Error('the page has no #root');
createRoot(root).render(
  <AppContext value={state}>
    <StyledWindow>
      <ConsoleWindow />
    </StyledWindow>
  </AppContext>,
);
