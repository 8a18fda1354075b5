/** Which URLs may be asked for at all, before any name is resolved. */
import { isAddress, isPublicAddress } from "./public_address.ts";

/** Longest URL in UTF-16 units. */
export const MAX_URL_LENGTH = 8_192;

export type WebUrl = { url: URL } | { problem: string };

/** `base` is what a redirect is relative to. */
export function parseWebUrl(text: string, base?: URL): WebUrl {
  const url = URL.parse(text, base);
  if (!url || text.length > MAX_URL_LENGTH) return { problem: "It is not a URL." };
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return { problem: `Only http: and https: can be fetched, not ${url.protocol}` };
  }
  if (url.username !== "" || url.password !== "") {
    return { problem: "URLs with a user name or password are not fetched." };
  }
  url.hash = "";
  return { url };
}

/** The host of a URL without the brackets of IPv6 and the dot at the end of a full name. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
}

/** What is said of a place that is not on the public internet. */
export function closedProblem(host: string): string {
  return `${host} is not on the public internet: addresses of this machine and its network are not fetched.`;
}

/** Whether the URL itself names a place that is refused; names are looked up later. */
export function namesClosedPlace(url: URL): boolean {
  const host = hostOf(url);
  if (isAddress(host)) return !isPublicAddress(host);
  return host === "" || /(?:^|\.)(?:localhost|local|internal|home\.arpa)$/i.test(host);
}

/** Whether a redirect stays with what was asked for: on the same host, or its `www`, and not from TLS to none. */
export function isSameSite(from: URL, to: URL): boolean {
  const bare = ({ hostname }: URL) => hostname.replace(/^www\./, "");
  const isAsSafe = to.protocol === from.protocol || to.protocol === "https:";
  return bare(from) === bare(to) && from.port === to.port && isAsSafe;
}
