// `npm run build`: installs what is missing and bundles everything into dist/: command line, loopback host, page, Electron shell.
import { ensureBuilt, ensureInstalled } from './toolchain.mjs';

ensureInstalled();
ensureBuilt();
