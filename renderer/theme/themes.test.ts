import { describe, expect, it } from 'vitest';
import { chooseLook } from './themes.ts';

describe('the look', () => {
  it.each([
    ['system', false, false, 'light'],
    ['system', true, false, 'dark'],
    ['light', true, false, 'light'],
    ['dark', false, false, 'dark'],
    ['high-contrast', false, false, 'high-contrast'],
    ['system', true, true, 'high-contrast'],
    ['light', false, true, 'high-contrast'],
    ['dark', true, true, 'high-contrast'],
  ] as const)('asked for %s, system dark %s, contrast theme %s: %s', (appearance, isDark, hasForcedColors, look) => {
    expect(chooseLook(appearance, { isDark, hasForcedColors })).toBe(look);
  });
});
