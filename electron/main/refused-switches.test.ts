// The words on the command line of the window: refused ones in every spelling, and the one that is ours.
import { describe, expect, it } from 'vitest';
import { folderArgument } from './program-arguments.ts';
import { findRefusedSwitches } from './refused-switches.ts';

describe('switches that open a door', () => {
  it.each([
    '--remote-debugging-port=9222',
    '--remote-debugging-port',
    '--remote-debugging-pipe',
    '--remote-debugging-address=0.0.0.0',
    '--inspect',
    '--inspect=0',
    '--inspect-brk=9229',
    '--inspect-port=1',
    '--inspect-publish-uid=http',
    '--inspect_brk',
    '--debug',
    '--debug-brk=1',
    '--js-flags=--expose-gc',
    '--no-sandbox',
    '--disable-gpu-sandbox',
    '--disable-setuid-sandbox',
    '--disable-web-security',
    '--disable-site-isolation-trials',
    '--load-extension=/x',
    '--disable-extensions-except=/x',
    '--ignore-certificate-errors',
    '--ignore-certificate-errors-spki-list=x',
    '--host-resolver-rules=MAP * evil',
    '--proxy-server=evil:1',
    '--user-data-dir=/x',
    '--renderer-cmd-prefix=gdb',
    '--utility-cmd-prefix=gdb',
    '--gpu-launcher=x',
    '--browser-subprocess-path=/x',
    '--single-process',
    '--password-store=basic',
    '--enable-blink-features=x',
    '-remote-debugging-port=1',
    '-inspect',
  ])('%s is found, between words that are fine', (argument) => {
    expect(findRefusedSwitches(['--dir', '/x', argument, 'y'], 'linux')).toEqual([argument.split('=')[0]]);
  });

  it.each(['/inspect', '/remote-debugging-port=1', '--INSPECT', '--No-Sandbox', '/JS-FLAGS=--x'])(
    '%s is one on Windows, and none elsewhere',
    (argument) => {
      expect(findRefusedSwitches([argument], 'win32')).toEqual([argument.split('=')[0]]);
      expect(findRefusedSwitches([argument], 'linux')).toEqual([]);
    },
  );

  it.each([
    '--dir',
    '--dir=/inspect',
    '/home/inspect',
    'inspect',
    '--inspector',
    '--force-device-scale-factor=2',
    '--lang=de',
    '-',
    '',
  ])('%j is none', (argument) => {
    expect(findRefusedSwitches([argument], 'linux')).toEqual([]);
  });

  it('looks at nothing behind a lone --, as Chromium does not', () => {
    expect(findRefusedSwitches(['--', '--inspect'], 'linux')).toEqual([]);
  });
});

describe('--dir', () => {
  it.each([
    [['app', '--dir', '/x'], '/x'],
    [['app', '.', '--dir=/x y'], '/x y'],
    [['app', '--dir=/x', '--dir', '/y'], '/y'],
    [['app'], undefined],
  ])('%j gives %s', (argv, folder) => {
    expect(folderArgument(argv)).toBe(folder);
  });

  it.each([[['app', '--dir']], [['app', '--dir=']], [['app', '--dir=/x', '--dir', '']]])(
    '%j opens no other folder',
    (argv) => {
      expect(() => folderArgument(argv)).toThrow('serve.bad-usage');
    },
  );
});
