/**
 * Fetches one page: resolves its name, refuses what is not on the public internet, and follows redirects within its site by
 * hand, with the same checks at each.
 *
 *     url ─► scheme ─► resolve ─► every address public? ─► same site? ─► connect to the first ─► redirect? ─┐
 *      ▲                                                                                                    │
 *      └────────────────────────────────────────────────────────────────────────────────────────────────────┘
 */
import dns from "node:dns/promises";
import { isAddress, isPublicAddress } from "./public_address.ts";
import { pageText } from "./page_text.ts";
import { type Address, requestPage } from "./request_page.ts";
import type { WebPage } from "./web_frame.ts";
import { closedProblem, hostOf, isSameSite, namesClosedPlace, parseWebUrl } from "./web_url.ts";

export interface FetchOptions {
  userAgent: string;
  signal: AbortSignal;
  /** Of tests alone: what counts as public, instead of what is. */
  isAllowed?(address: string): boolean;
}

const MAX_REDIRECTS = 5;

/** @throws {Error} that says to the model why there is no page */
export async function fetchPage(text: string, options: FetchOptions): Promise<WebPage> {
  const { userAgent, signal, isAllowed = isPublicAddress } = options;
  const mayName = options.isAllowed ? () => false : namesClosedPlace;
  let url: URL | undefined;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const parsed = parseWebUrl(text, url);
    if ("problem" in parsed) throw new Error(parsed.problem);
    const before = url;
    url = parsed.url;
    if (mayName(url)) throw new Error(closedProblem(hostOf(url)));
    const address = await resolve(hostOf(url), isAllowed, signal);
    if (before && !isSameSite(before, url)) throw new Error(leadsElsewhere(url));
    const response = await requestPage(url, address, { userAgent, signal });
    if (response.location === null) {
      return { url: url.href, status: response.status, ...pageText(response, url) };
    }
    text = response.location;
  }
  throw new Error(`It redirects more than ${MAX_REDIRECTS} times.`);
}

/** Permission is for the site that was asked for. */
function leadsElsewhere({ href }: URL): string {
  return `It redirects to ${href}, which is another site. Fetch that, if it is what you want.`;
}

/** One closed address among several is enough to refuse a name: it is how names are turned against those who check. */
async function resolve(
  host: string,
  isAllowed: (address: string) => boolean,
  signal: AbortSignal,
): Promise<Address> {
  const found = isAddress(host) ? [{ address: host, family: host.includes(":") ? 6 : 4 }] : await lookup(host, signal);
  if (!found.every(({ address }) => isAllowed(address))) throw new Error(closedProblem(host));
  const [first] = found.toSorted((a, b) => a.family - b.family); // IPv4 first: it works on more networks
  if (!first) throw new Error(`Cannot find ${host}: the name has no address.`);
  return { address: first.address, family: first.family === 6 ? 6 : 4 };
}

/** The system's resolver cannot be stopped, but need not be waited for. */
async function lookup(host: string, signal: AbortSignal): Promise<{ address: string; family: number }[]> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([dns.lookup(host, { all: true }), aborted]);
  } catch (cause) {
    signal.throwIfAborted();
    throw new Error(`Cannot find ${host}: its name does not resolve.`, { cause });
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
