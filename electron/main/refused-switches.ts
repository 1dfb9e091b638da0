// Switches with which another program could look into a running Stillpoint or take away what protects its window. Some
// work before any line of ours runs; the fuses close those, this closes the rest, and says so.

/** As a whole, or as the beginning where it ends in `-`. From Chromium's and Node's lists. */
const refused: readonly string[] = [
  'allow-file-access-from-files',
  'allow-running-insecure-content',
  'browser-subprocess-path',
  'debug',
  'debug-',
  'disable-extensions-except',
  'disable-features',
  'disable-gpu-sandbox',
  'disable-namespace-sandbox',
  'disable-seccomp-filter-sandbox',
  'disable-setuid-sandbox',
  'disable-site-isolation-',
  'disable-web-security',
  'enable-blink-features',
  'enable-features',
  'gpu-launcher',
  'host-resolver-rules',
  'host-rules',
  'ignore-certificate-errors',
  'ignore-certificate-errors-',
  'inspect',
  'inspect-',
  'js-flags',
  'load-extension',
  'no-sandbox',
  'no-zygote',
  'password-store',
  'proxy-server',
  'remote-allow-origins',
  'remote-debugging-',
  'renderer-cmd-prefix',
  'single-process',
  'unsafely-treat-insecure-origin-as-secure',
  'user-data-dir',
  'utility-cmd-prefix',
];

/** Names of what must not be there, as given. Nothing behind a lone `--` is a switch. */
export function findRefusedSwitches(argv: readonly string[], platform: NodeJS.Platform): readonly string[] {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).flatMap((argument) => {
    const name = switchName(argument, platform);
    return name !== undefined && isRefused(name) ? [argument.split('=')[0] ?? argument] : [];
  });
}

/** Chromium takes `--x` and `-x`, on Windows also `/x` and any case (base/command_line.cc). */
function switchName(argument: string, platform: NodeJS.Platform): string | undefined {
  const isWindows = platform === 'win32';
  const match = (isWindows ? /^(?:--|-|\/)([^=]+)/ : /^(?:--|-)([^=]+)/).exec(argument);
  return isWindows ? match?.[1]?.toLowerCase() : match?.[1];
}

function isRefused(name: string): boolean {
  // Node reads `_` in its own options as `-`.
  const plain = name.replaceAll('_', '-');
  return refused.some((entry) => plain === entry || (entry.endsWith('-') && plain.startsWith(entry)));
}
