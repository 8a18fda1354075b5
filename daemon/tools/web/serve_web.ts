/** The operation of the web host. */
import { serveHost } from "../host/serve_host.ts";
import { type FetchOptions, fetchPage } from "./fetch_page.ts";
import { FetchRequest } from "./web_frame.ts";

/** How long a page may take in all, redirects included. */
const FETCH_TIMEOUT_MS = 30_000;

export async function serveWeb(options: Pick<FetchOptions, "isAllowed"> = {}): Promise<void> {
  await serveHost({
    async fetch(args, call) {
      const { url, userAgent } = FetchRequest.parse(args);
      const late = AbortSignal.timeout(FETCH_TIMEOUT_MS);
      try {
        return await fetchPage(url, { ...options, userAgent, signal: AbortSignal.any([call.signal, late]) });
      } catch (error) {
        if (late.aborted) throw new Error(`No answer within ${FETCH_TIMEOUT_MS / 1_000} s.`);
        throw error;
      }
    },
  });
}
