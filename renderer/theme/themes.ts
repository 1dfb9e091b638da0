// The three looks. A calm blue-green of our own on Fluent's tokens; a contrast theme of the system wins over everything.
import {
  createDarkTheme,
  createLightTheme,
  teamsHighContrastTheme,
  type BrandVariants,
  type Theme,
} from '@fluentui/react-components';
import type { Appearance } from '../../shared/ipc/views.ts';

const brand: BrandVariants = {
  10: '#03110f',
  20: '#08201d',
  30: '#0a332f',
  40: '#0b423d',
  50: '#0c524b',
  60: '#0d625a',
  70: '#0f7268',
  80: '#11827a',
  90: '#25928a',
  100: '#3ba29a',
  110: '#54b1aa',
  120: '#6fc0ba',
  130: '#8bceca',
  140: '#a8dcd9',
  150: '#c5eae8',
  160: '#e2f5f4',
};

const fontFamilyBase = "'Segoe UI Variable Text', 'Segoe UI', 'Open Sans', system-ui, 'Noto Sans', sans-serif";
const fontFamilyMonospace = "'Cascadia Mono', Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace";
const fonts = { fontFamilyBase, fontFamilyMonospace };

const light: Theme = {
  ...createLightTheme(brand),
  ...fonts,
  // Text on white needs 4.5 to 1, on the grey of cards too.
  colorBrandForeground1: brand[70],
  colorBrandForegroundLink: brand[70],
  colorBrandBackground: brand[70],
  colorBrandBackgroundHover: brand[60],
  colorBrandBackgroundPressed: brand[50],
  colorCompoundBrandBackground: brand[70],
  colorCompoundBrandForeground1: brand[70],
  colorCompoundBrandStroke: brand[70],
};
const dark: Theme = {
  ...createDarkTheme(brand),
  ...fonts,
  colorBrandForeground1: brand[120],
  colorBrandForeground2: brand[130],
  colorBrandForegroundLink: brand[120],
  colorCompoundBrandForeground1: brand[120],
  colorBrandBackground: brand[70],
  colorBrandBackgroundHover: brand[80],
};
const highContrast: Theme = { ...teamsHighContrastTheme, ...fonts };

export type Look = 'light' | 'dark' | 'high-contrast';

export const themes: Readonly<Record<Look, Theme>> = { light, dark, 'high-contrast': highContrast };

/** What the system wishes; a contrast theme is the wish of somebody who could not read otherwise, so it always counts. */
export interface SystemLook {
  readonly isDark: boolean;
  readonly hasForcedColors: boolean;
}

export function chooseLook(appearance: Appearance, { isDark, hasForcedColors }: SystemLook): Look {
  if (hasForcedColors || appearance === 'high-contrast') return 'high-contrast';
  if (appearance === 'system') return isDark ? 'dark' : 'light';
  return appearance;
}
