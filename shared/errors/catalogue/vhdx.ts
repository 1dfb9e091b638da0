// Errors of virtual disk files (.vhdx, .avhdx). `path` is always the file that is at fault, as it was named to us.
import { errorSpec } from '../define-errors.ts';

export const vhdxErrors = {
  'vhdx.file-not-found': errorSpec('user', (p: { path: string }) => ({
    title: `There is no disk file ${p.path}`,
    meaning: 'It was moved, renamed or removed, or the drive or share that holds it is not connected.',
    nextStep: 'Check the path and that the drive or share is connected.',
  })),
  'vhdx.file-unreadable': errorSpec('environment', (p: { path: string; reason: string }) => ({
    title: `${p.path} cannot be opened or read`,
    meaning: `The system reported: ${p.reason}.`,
    nextStep: 'Check the permissions on the file, and that no other program holds it open for itself alone.',
  })),
  'vhdx.file-exists': errorSpec('user', (p: { path: string }) => ({
    title: `${p.path} is already there`,
    meaning: 'A new disk is never written over an existing file. Nothing was changed.',
    nextStep: 'Choose another name, or remove the file first.',
  })),
  'vhdx.file-unwritable': errorSpec('environment', (p: { path: string; reason: string }) => ({
    title: `${p.path} cannot be written`,
    meaning: `The system reported: ${p.reason}.`,
    nextStep: 'Check the permissions on the folder and the state of the drive or share.',
  })),
  'vhdx.volume-full': errorSpec('environment', (p: { path: string }) => ({
    title: `The volume of ${p.path} is full`,
    meaning: 'The disk file could not grow. What was written before is still readable.',
    nextStep: 'Free space on that volume, then try again.',
  })),
  'vhdx.not-vhdx': errorSpec('user', (p: { path: string; reason: string }) => ({
    title: `${p.path} is not a VHDX file`,
    meaning: `Its content was not recognised: ${p.reason}.`,
    nextStep: 'Choose a .vhdx or .avhdx file. Disks in other formats have to be converted first.',
  })),
  'vhdx.old-format': errorSpec('user', (p: { path: string }) => ({
    title: `${p.path} is a disk in the older VHD format, which is not supported`,
    meaning: 'Online backup needs VHDX disks; the older format has no protection against torn writes.',
    nextStep: 'Convert it while the VM is off: Convert-VHD -Path OLD.vhd -DestinationPath NEW.vhdx.',
  })),
  'vhdx.truncated': errorSpec(
    'integrity',
    (p: { path: string; structure: string; neededBytes: number; sizeBytes: number }) => ({
      title: `${p.path} is cut off`,
      meaning: `The file has ${p.sizeBytes} bytes, but its ${p.structure} reaches to ${p.neededBytes}. A copy was interrupted or the volume lost data.`,
      nextStep: 'Take the file from its source again, or restore it from a restore point.',
    }),
  ),
  'vhdx.damaged': errorSpec('integrity', (p: { path: string; structure: string; reason: string }) => ({
    title: `${p.path} is damaged`,
    meaning: `Its ${p.structure} is not valid: ${p.reason}. Nothing of it was used, because the content could be wrong.`,
    nextStep: 'Check the volume for errors, and restore the disk from a restore point if the VM cannot use it either.',
  })),
  'vhdx.incomplete': errorSpec('integrity', (p: { path: string }) => ({
    title: `${p.path} was never finished`,
    meaning: 'The program that was creating it marked it as incomplete and did not come to the end.',
    nextStep: 'Create or copy the disk again.',
  })),
  'vhdx.unsupported': errorSpec('user', (p: { path: string; feature: string }) => ({
    title: `${p.path} needs a feature that Stillpoint does not know`,
    meaning: `The file demands ${p.feature}. Reading it without could give wrong content.`,
    nextStep: 'Look for a newer version of Stillpoint.',
  })),
  'vhdx.dirty-log': errorSpec('user', (p: { path: string }) => ({
    title: `${p.path} was not closed cleanly`,
    meaning:
      'Its log holds changes that are not in the disk yet. Read as it is, the disk would be stale or torn, so it was not read.',
    nextStep: 'Let Hyper-V open the disk once (start the VM, or mount and dismount the disk); that applies the log.',
  })),
  'vhdx.parent-not-found': errorSpec('user', (p: { path: string; tried: readonly string[] }) => ({
    title: `The parent of ${p.path} was not found`,
    meaning: `This disk holds only differences. Its parent was looked for at: ${p.tried.join(', ')}.`,
    nextStep: 'Put the parent back at one of these places, or beside the disk.',
  })),
  'vhdx.parent-refused': errorSpec('user', (p: { path: string; parent: string; danger: string }) => ({
    title: `The parent of ${p.path} was not opened: ${p.parent}`,
    meaning: `The disk file itself names this place, and it is ${p.danger}. Such a path is not followed unasked.`,
    nextStep: 'If you trust the disk file, allow this parent path, or put the parent beside the disk.',
  })),
  'vhdx.parent-mismatch': errorSpec(
    'integrity',
    (p: { path: string; parent: string; expected: readonly string[]; found: string }) => ({
      title: `${p.parent} is not the parent that ${p.path} was made on`,
      meaning: `The differences were made on content ${p.expected.join(' or ')}; the file's content is ${p.found}. The parent was changed or replaced afterwards.`,
      nextStep: 'Find the unchanged parent, or restore both disks from one restore point.',
    }),
  ),
  'vhdx.parent-loop': errorSpec('integrity', (p: { path: string; parent: string }) => ({
    title: `The chain of ${p.path} leads back to itself`,
    meaning: `${p.parent} is named as a parent, but it is already part of the chain.`,
    nextStep: 'Inspect the disk to see which file names the wrong parent.',
  })),
  'vhdx.chain-too-deep': errorSpec('integrity', (p: { path: string; maxDepth: number }) => ({
    title: `The chain of ${p.path} is longer than ${p.maxDepth} files`,
    meaning: 'Hyper-V itself allows 50 checkpoints. A longer chain is damage, or an attack.',
    nextStep: 'Merge checkpoints in Hyper-V Manager, then try again.',
  })),
  'vhdx.parent-sector-size': errorSpec(
    'integrity',
    (p: { path: string; parent: string; childBytes: number; parentBytes: number }) => ({
      title: `${p.parent} cannot be the parent of ${p.path}`,
      meaning: `Their sectors differ: ${p.childBytes} bytes over ${p.parentBytes} bytes.`,
      nextStep: 'Inspect both disks; one of them was replaced.',
    }),
  ),
  'vhdx.changed-while-reading': errorSpec('transient', (p: { path: string }) => ({
    title: `${p.path} was changed while it was read`,
    meaning: 'What was read is a mixture of two moments and cannot be used.',
    nextStep: 'Read the disk again from a checkpoint, when nothing writes to that file.',
  })),
  'vhdx.not-writable': errorSpec('user', (p: { path: string; reason: string }) => ({
    title: `${p.path} cannot be changed by Stillpoint`,
    meaning: `${p.reason}. Nothing was changed.`,
    nextStep: 'Copy its content into a new disk and use that one.',
  })),
  'vhdx.bad-geometry': errorSpec('user', (p: { reason: string }) => ({
    title: `A disk cannot have ${p.reason}`,
    meaning:
      'A VHDX disk has up to 64 TiB in whole sectors of 512 or 4096 bytes, and blocks of 1 to 256 MiB in powers of two.',
    nextStep: 'Choose another size.',
  })),
  'vhdx.out-of-range': errorSpec(
    'bug',
    (p: { path: string; offset: number; lengthBytes: number; sizeBytes: number }) => ({
      title: `A place outside of ${p.path} was asked for`,
      meaning: `The disk has ${p.sizeBytes} bytes; ${p.lengthBytes} at ${p.offset} were asked for.`,
      nextStep: 'Please report this as a fault of Stillpoint.',
    }),
  ),
};
