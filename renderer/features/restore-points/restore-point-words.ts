// What a restore point says about itself, in words. Pure sums over its own document.
import type { VerificationView } from '../../../shared/ipc/views.ts';
import type { RestorePointDocument } from '../../../shared/model/restore-point.ts';
import { formatTime, plural } from '../../../shared/words/format.ts';
import type { Tone } from '../../ui/verdict-mark.tsx';

interface Mark {
  readonly tone: Tone;
  readonly text: string;
}

/** Achieved, not asked for; a difference is a warning. */
export function consistencyMark({ consistency }: RestorePointDocument): Mark {
  const { asked, achieved, quiescing } = consistency;
  const how = { vss: 'VSS', 'file-system-freeze': 'fsfreeze', none: 'not quiesced' }[quiescing];
  const text = achieved === 'application' ? `Application (${how})` : 'Crash-consistent';
  const isLess = asked === 'application' && achieved !== 'application';
  return { tone: isLess ? 'warning' : achieved === 'application' ? 'good' : 'plain', text };
}

/** Added to the repository by this restore point. */
export function newBytes({ disks }: RestorePointDocument): number {
  return disks.reduce((sum, disk) => sum + disk.storedBytes, 0);
}

/** Size of its disks when they are restored. */
export function totalBytes({ disks }: RestorePointDocument): number {
  return disks.reduce((sum, disk) => sum + disk.imageSizeBytes, 0);
}

/** @param isRecordKnown false: what has been verified cannot be read */
export function verificationMark(verification: VerificationView | undefined, isRecordKnown: boolean): Mark {
  if (verification === undefined)
    return isRecordKnown ? { tone: 'plain', text: 'Not yet' } : { tone: 'unknown', text: 'Not known' };
  const when = formatTime(verification.atMs);
  if (verification.isIntact) return { tone: 'good', text: when.slice(0, 16) };
  return { tone: 'bad', text: `${plural(verification.damageCount, 'damage')} found` };
}

/** A search goes through those that are listed: that there are more is said beside it. */
export function listedWords(listed: number, total: number): string {
  return listed < total ? `the newest ${listed} of ${plural(total, 'restore point')}` : plural(total, 'restore point');
}
