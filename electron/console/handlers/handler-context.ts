// What the handlers work with.
import type { FolderView, RecoveryView } from '../../../shared/ipc/views.ts';
import type { Engine } from '../../engine/index.ts';
import type { NewFiles } from '../../engine/ports/new-files.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { RandomSource } from '../../engine/ports/random.ts';
import type { VerificationFile } from '../../platform/index.ts';
import type { AppEvents } from '../app-events.ts';
import type { AppSettings } from '../app-settings.ts';
import type { Operations } from '../operations.ts';
import type { RepositoryAccess } from '../repository-access.ts';
import type { SiteReader } from '../site-reader.ts';
import type { Target } from '../target.ts';

export interface HandlerContext {
  readonly target: Target;
  readonly engine: Engine;
  readonly repository: RepositoryAccess;
  readonly settings: AppSettings;
  readonly verifications: VerificationFile;
  readonly browseFolders: (path: string | undefined) => Promise<FolderView>;
  readonly files: NewFiles;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly events: AppEvents;
  readonly operations: Operations;
  readonly site: SiteReader;
  readonly recovery: RecoveryView;
  readonly product: string;
}
