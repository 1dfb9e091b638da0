// Turns names that somebody else chose (VM names, configuration files, slots) into names of files and folders that
// every operating system can make, that no shell or pattern takes for something else, and that stay readable. Pure.

/** NTFS takes 255 UTF-16 units, ext4 255 bytes; a temporary name gets some letters more. */
const mostBytes = 120;

/** Names that Windows gives to devices, in any folder, with any extension. */
const deviceName = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])(?=\.|$)/iu;

/**
 * Path separators, what Windows forbids, what patterns mean (restic's `--include`), controls, invisible characters that
 * turn or hide text, private and unassigned ones, line separators and lone surrogates.
 */
const unsafe = /[/\\:*?"<>|[\]]|[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

/** @returns a name that is never empty, `.` or `..`; the same for the same name. Different names may give the same. */
export function safeName(name: string): string {
  // Cut before the expensive steps: whoever names a VM does not decide how long we work.
  const readable = cutToBytes(name.slice(0, 4096).toWellFormed().normalize('NFC').replace(unsafe, '_'), mostBytes);
  // Windows drops dots and spaces at the end; a dot in front hides a file elsewhere, a hyphen makes it an option.
  const trimmed = readable
    .replace(/[. ]+$/u, '')
    .replace(/^ +/u, '')
    .replace(/^[.-]/u, '_');
  if (trimmed === '') return '_';
  return deviceName.test(trimmed) ? `_${trimmed}` : trimmed;
}

/** Gives each name a safe one of its own; case is no difference, as on Windows. */
export function distinctSafeNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const base = safeName(name);
    let candidate = base;
    for (let n = 2; taken.has(candidate.toLowerCase()); n += 1) candidate = withNumber(base, n);
    taken.add(candidate.toLowerCase());
    return candidate;
  });
}

/** `a.vmcx` -> `a-2.vmcx` */
function withNumber(name: string, n: number): string {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? `${name}-${n}` : `${name.slice(0, dot)}-${n}${name.slice(dot)}`;
}

function cutToBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  let bytes = 0;
  let cut = '';
  for (const char of text) {
    bytes += Buffer.byteLength(char);
    if (bytes > most) break;
    cut += char;
  }
  return cut;
}
