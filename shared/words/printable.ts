// SECURITY: names come from hosts and repositories, and could hold what a terminal takes for commands.

/** Control characters (but for line breaks and tabs) as a visible sign; invisible ones that turn text around too. */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, '\uFFFD');
}
