// Names of VMs, hosts and clusters inside PowerShell commands that are shown to be copied.

/** A single-quoted PowerShell word: nothing inside is expanded. PowerShell takes typographic quotes for quotes. */
export function psQuote(text: string): string {
  return `'${text.replaceAll(/['\u2018\u2019\u201a\u201b]/gu, (quote) => quote + quote)}'`;
}
