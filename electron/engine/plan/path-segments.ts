// A host's path as segments, so that `Volume3` never matches `Volume33`. Pure text; nothing is resolved.

/**
 * Lower case. Undefined for what is not an absolute path, or holds `.` or `..`. The first segment tells the kind:
 * `d:`, `\\server`, or `volume{guid}` for a volume without a letter.
 */
export function pathSegments(path: string): readonly string[] | undefined {
  const plain = path.replaceAll('/', '\\').toLowerCase();
  const unc = /^(?:\\\\[?.]\\unc\\|\\\\(?![?.]\\))(.*)$/s.exec(plain)?.[1];
  if (unc !== undefined) {
    const [server, share, ...rest] = partsOf(unc);
    if (server === undefined || share === undefined) return undefined;
    return checked([`\\\\${server}`, share, ...rest]);
  }
  const local = plain.replace(/^\\\\[?.]\\/, '');
  return /^(?:[a-z]:|volume\{[0-9a-f-]+\})(?:\\|$)/.test(local) ? checked(partsOf(local)) : undefined;
}

function partsOf(text: string): readonly string[] {
  return text.split('\\').filter((part) => part !== '');
}

function checked(segments: readonly string[]): readonly string[] | undefined {
  return segments.some((segment) => segment === '.' || segment === '..') ? undefined : segments;
}
