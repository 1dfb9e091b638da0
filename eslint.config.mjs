import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const sources = ['{shared,electron,testing,bench,e2e,renderer,build,scripts}/**/*.{ts,tsx}'];

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', '.tsbuild/', 'coverage/', '.e2e-results/'] },
  {
    files: sources,
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/strict-boolean-expressions': ['error', { allowNullableBoolean: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-invalid-void-type': ['error', { allowInGenericTypeArguments: true }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Name it: default exports hide the word we share.' },
        { selector: 'TSEnumDeclaration', message: 'Use a union of string literals (erasable syntax only).' },
      ],
      'no-console': 'error',
      eqeqeq: 'error',
      'prefer-const': 'error',
      'max-lines': ['error', { max: 350 }],
      complexity: ['error', 15],
    },
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat['recommended-latest']],
    rules: {
      // A component is a long function by nature; what it does is markup.
      complexity: ['error', 20],
      // Says that the compiler leaves out a component that uses the virtualizer: known, and right so.
      'react-hooks/incompatible-library': 'off',
      // SECURITY: nothing from outside may become markup or code.
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Text from hosts is hostile: let React write it.' },
        { property: 'outerHTML', message: 'Text from hosts is hostile: let React write it.' },
      ],
    },
  },
  {
    // SECURITY: points 2 to 12 of Electron's list: these options are never set otherwise than window.ts sets them.
    files: ['electron/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Name it: default exports hide the word we share.' },
        { selector: 'TSEnumDeclaration', message: 'Use a union of string literals (erasable syntax only).' },
        {
          selector:
            'Property[key.name=/^(allowRunningInsecureContent|experimentalFeatures|enableBlinkFeatures|allowpopups|bypassCSP)$/]',
          message: 'SECURITY.md, points 6 to 12: never set.',
        },
      ],
    },
  },
  {
    // The clock and randomness are ports, so that a run can be replayed and time can be virtual.
    files: ['electron/{engine,console,lab,repository}/**/*.ts', 'shared/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'setTimeout', message: 'Time is a port: take a Clock.' },
        { name: 'setInterval', message: 'Time is a port: take a Clock.' },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Time is a port: take a Clock.' },
        { object: 'Math', property: 'random', message: 'Randomness is a port.' },
      ],
    },
  },
  {
    files: ['**/*.test.ts', 'testing/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      'max-lines': ['error', { max: 350 }],
    },
  },
  {
    files: ['*.config.ts', 'e2e/playwright.config.ts', 'e2e/fixtures/summary-reporter.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
);
