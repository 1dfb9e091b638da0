// Fluent's styles for the whole page: the look that the system or the settings ask for, written into style elements that
// carry the nonce of this response (the page's policy allows no other).
import {
  createDOMRenderer,
  FluentProvider,
  makeStaticStyles,
  makeStyles,
  RendererProvider,
  tokens,
} from '@fluentui/react-components';
import { useEffect, type ReactNode } from 'react';
import { chooseLook, themes } from '../theme/themes.ts';
import { useSystemLook } from '../theme/use-system-look.ts';
import { useMirror } from '../state/use-app.ts';

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
const renderer = createDOMRenderer(document, { styleElementAttributes: { nonce } });

const useStaticStyles = makeStaticStyles({
  'html, body, #root': { height: '100%', margin: 0, padding: 0, overflow: 'hidden' },
  body: { fontSize: '14px' },
  '@media (prefers-reduced-motion: reduce)': {
    '*, *::before, *::after': {
      animationDuration: '0.01ms !important',
      animationIterationCount: '1 !important',
      transitionDuration: '0.01ms !important',
    },
  },
});

const useStyles = makeStyles({
  // Not on the provider itself: what opens above the page (menus, dialogs) takes over its class.
  root: { height: '100vh', backgroundColor: tokens.colorNeutralBackground3, color: tokens.colorNeutralForeground1 },
});

export function StyledWindow({ children }: { readonly children: ReactNode }) {
  return (
    <RendererProvider renderer={renderer} targetDocument={document}>
      <Themed>{children}</Themed>
    </RendererProvider>
  );
}

function Themed({ children }: { readonly children: ReactNode }) {
  useStaticStyles();
  const styles = useStyles();
  const appearance = useMirror((mirror) => mirror.snapshot?.settings.appearance ?? 'system');
  const look = chooseLook(appearance, useSystemLook());
  useEffect(() => {
    document.documentElement.dataset['look'] = look;
    // Scroll bars and form controls of the browser follow.
    document.documentElement.style.colorScheme = look === 'light' ? 'light' : 'dark';
  }, [look]);
  return (
    <FluentProvider theme={themes[look]}>
      <div className={styles.root}>{children}</div>
    </FluentProvider>
  );
}
