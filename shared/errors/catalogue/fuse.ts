// The room that checkpoint files need on a volume: refused before, watched during, given up in time.
import { formatBytes } from '../../words/format.ts';
import { errorSpec } from '../define-errors.ts';

type RoomParams = Readonly<{ vm: string; host: string; volume: string }>;
type FigureParams = RoomParams & Readonly<{ freeBytes: number; reserveBytes: number }>;
type BlownParams = FigureParams & Readonly<{ neededBytes: number; bytesPerSecond: number }>;

const figuresOf = (p: FigureParams): string =>
  `${p.volume} has ${formatBytes(p.freeBytes)} free, of which ${formatBytes(p.reserveBytes)} must stay free`;

const blownMeaning = (p: BlownParams): string =>
  `${figuresOf(p)}. Its free space fell by ${formatBytes(p.bytesPerSecond)} a second, and a merge and the writes until its ` +
  `end could take ${formatBytes(p.neededBytes)}. `;

const makeRoom = (p: RoomParams): string => `Free space on ${p.volume} of ${p.host}, or move a VM to another volume`;

export const fuseErrors = {
  'engine.no-room': errorSpec(
    'environment',
    (p: FigureParams & { sizeBytes: number; neededBytes: number; isUnder: boolean }) => ({
      title: `${p.volume} on ${p.host} has too little room to back up ${p.vm}`,
      meaning:
        `${figuresOf(p)} (size ${formatBytes(p.sizeBytes)}). ` +
        (p.isUnder
          ? 'A checkpoint would only take more of it. '
          : `A checkpoint and its merge could take ${formatBytes(p.neededBytes)} before anybody could react. `) +
        'Nothing was changed on the host.',
      nextStep: `${makeRoom(p)}, then back up ${p.vm} again.`,
    }),
  ),
  'engine.room-forecast': errorSpec('environment', (p: FigureParams & { bytesPerSecond: number; seconds: number }) => ({
    title: `The room on ${p.volume} may not last for the backup of ${p.vm}`,
    meaning:
      `${figuresOf(p)}. In an earlier run checkpoint files there grew by ${formatBytes(p.bytesPerSecond)} a second, ` +
      `and reading is expected to take ${p.seconds} seconds. If it comes to that, the backup is given up and merged in time.`,
    nextStep: `${makeRoom(p)}, or back up ${p.vm} at a quieter hour.`,
  })),
  'engine.fuse-blown': errorSpec('environment', (p: BlownParams) => ({
    title: `The backup of ${p.vm} was given up: ${p.volume} on ${p.host} was running out of room`,
    meaning: `${blownMeaning(p)}Its checkpoint is removed and merged at once; there is no restore point. The VM runs on.`,
    nextStep: `${makeRoom(p)}, or back up ${p.vm} at a quieter hour.`,
  })),
  'engine.fuse-blown-late': errorSpec('environment', (p: BlownParams) => ({
    title: `${p.volume} on ${p.host} was running out of room when ${p.vm} was being committed`,
    meaning: `${blownMeaning(p)}The commit is short, so it was finished; the merge came right after it.`,
    nextStep: `${makeRoom(p)} before the next backup.`,
  })),
  'engine.volume-closed': errorSpec('environment', (p: RoomParams) => ({
    title: `${p.vm} was not begun: ${p.volume} on ${p.host} was running out of room in this run`,
    meaning: 'Backups on that volume were given up and merged. Nothing was changed for this VM.',
    nextStep: `${makeRoom(p)}, then back up ${p.vm} again.`,
  })),
};
