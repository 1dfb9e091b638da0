// What the handlers work with.
import type { RecoveryView } from '../../../shared/ipc/views.ts';
import type { Engine } from '../../engine/index.ts';
import type { NewFiles } from '../../engine/ports/new-files.ts';
import type { AppEvents } from '../app-events.ts';
import type { Operations } from '../operations.ts';
import type { RepositoryAccess } from '../repository-access.ts';
import type { SiteReader } from '../site-reader.ts';
import type { Target } from '../target.ts';

export interface HandlerContext {
  readonly target: Target;
  readonly engine: Engine;
  readonly repository: RepositoryAccess;
  readonly files: NewFiles;
  readonly events: AppEvents;
  readonly operations: Operations;
  readonly site: SiteReader;
  readonly recovery: RecoveryView;
  readonly product: string;
}
