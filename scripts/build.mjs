// `npm run build`: installs what is missing and bundles the command line into dist/.
import { ensureBuilt, ensureInstalled } from './toolchain.mjs';

ensureInstalled();
ensureBuilt();
