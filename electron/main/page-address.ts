// The one address of the page. Everything that has to know whether something is ours compares with it.

export const pageScheme = 'app';
export const pageHost = 'stillpoint';
export const pageOrigin = `${pageScheme}://${pageHost}`;
export const pageUrl = `${pageOrigin}/index.html`;

/**
 * Exactly our page; a fragment leads nowhere else and is allowed. Compared as text, so that no parser's idea of a URL
 * counts: Chromium gives URLs in their one canonical form.
 */
export function isPageUrl(url: string): boolean {
  return url === pageUrl || url.startsWith(`${pageUrl}#`);
}

/** A file of ours: the page, or something it is made of. */
export function isPageOriginUrl(url: string): boolean {
  return url.startsWith(`${pageOrigin}/`);
}
