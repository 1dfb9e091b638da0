// Where a repository's password may be kept between two starts, as a port: the window has the system's own protection,
// the loopback host a file that only this account can read.
import type { PasswordStoreView } from '../../shared/ipc/views.ts';

export interface PasswordStore {
  readonly view: PasswordStoreView;
  /** Undefined where none is kept for this repository. Errors: `file.not-readable`, `password.not-unlocked`. */
  load(location: string): Promise<string | undefined>;
  /** Errors: `file.not-writable`, `file.disk-full`. */
  save(location: string, password: string): Promise<void>;
  /** Also where none is kept. Errors: `file.not-writable`. */
  forget(location: string): Promise<void>;
}
