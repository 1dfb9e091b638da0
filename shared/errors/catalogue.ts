// Every error code of the product: a closed union, put together from one file per area.
import type { ErrorParams, ErrorSpec } from './define-errors.ts';
import { cliErrors } from './catalogue/cli.ts';
import { consoleErrors } from './catalogue/console.ts';
import { engineErrors } from './catalogue/engine.ts';
import { hypervErrors } from './catalogue/hyperv.ts';
import { labErrors } from './catalogue/lab.ts';
import { repositoryErrors } from './catalogue/repository.ts';
import { restoreErrors } from './catalogue/restore.ts';
import { serveErrors } from './catalogue/serve.ts';
import { systemErrors } from './catalogue/system.ts';
import { vhdxErrors } from './catalogue/vhdx.ts';
import { volumeSnapshotErrors } from './catalogue/volume-snapshots.ts';
import { windowErrors } from './catalogue/window.ts';

export const errorCatalogue = {
  ...systemErrors,
  ...vhdxErrors,
  ...repositoryErrors,
  ...restoreErrors,
  ...hypervErrors,
  ...volumeSnapshotErrors,
  ...labErrors,
  ...engineErrors,
  ...consoleErrors,
  ...serveErrors,
  ...cliErrors,
  ...windowErrors,
};

export type ErrorCode = keyof typeof errorCatalogue;

export type ErrorParamsOf<C extends ErrorCode> =
  (typeof errorCatalogue)[C] extends ErrorSpec<infer P extends ErrorParams> ? P : never;
