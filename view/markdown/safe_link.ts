/** Which addresses of a model's text may become links (security rule 9). Pure. */

/** Longer ones are no addresses that anybody would follow. */
const MAX_LENGTH = 2_000;

const schemes: ReadonlySet<string> = new Set(["http:", "https:", "mailto:"]);
/** What a parser of addresses would leave out in silence, or what would make people read another address. */
const unseen = /[\p{C}\p{Zl}\p{Zp}\s\\]/u;

/**
 * The address as it can be shown and followed, or `null`: without a scheme, or with another than http, https and mailto;
 * with a name and password, which make one host look like another; or with characters that nobody sees.
 */
export function safeLink(href: string): string | null {
  if (href.length > MAX_LENGTH || unseen.test(href) || !URL.canParse(href)) return null;
  const url = new URL(href);
  if (!schemes.has(url.protocol) || url.username !== "" || url.password !== "") return null;
  if (url.protocol !== "mailto:" && !/^https?:\/\//i.test(href)) return null; // `https:host` means another host to others
  return href;
}
