// What a verification or a check found, bounded: a repository that lost a disk has a million damages.
import { type AppError } from '../../shared/errors/app-error.ts';
import { type Damage } from './model.ts';

const mostListed = 10_000;

export class DamageList {
  readonly #damages: Damage[] = [];
  #count = 0;

  get damages(): readonly Damage[] {
    return this.#damages;
  }

  get count(): number {
    return this.#count;
  }

  add(damage: Damage): void {
    this.#count += 1;
    if (this.#damages.length < mostListed) this.#damages.push(damage);
  }

  addError(error: AppError, where: Pick<Damage, 'path' | 'offsetBytes' | 'lengthBytes'> = {}): void {
    const { file, blob, reason } = error.params as Readonly<Record<string, unknown>>;
    const isMissing = error.code === 'repository.file-missing' || error.code === 'repository.blob-missing';
    this.add({
      kind: isMissing ? 'missing' : 'damaged',
      object: typeof file === 'string' ? file : `blob ${String(blob)}`,
      reason: typeof reason === 'string' ? reason : error.text.title,
      ...(typeof blob === 'string' && { blob }),
      ...where,
    });
  }
}
