/** Where a browser finds the page: under the name of its own, or at the address where it has none or cannot be found. */
import { lookup } from "node:dns/promises";
import type { StateFile } from "@opta/protocol";
import { baseUrl } from "../daemon_control/find.ts";

/** Milliseconds that the system may take to look a name up that it has at hand. */
const LOOKUP_TIMEOUT_MS = 1_000;

export async function pageOrigin(
  state: Pick<StateFile, "host" | "port" | "pageOrigin">,
  os: typeof Deno.build.os,
  resolves: (name: string) => Promise<boolean> = resolvesToLoopback,
): Promise<string> {
  const { pageOrigin } = state;
  if (pageOrigin === undefined) return baseUrl(state);
  // Browsers find names of .localhost by themselves, but Safari asks the system, which knows them in late versions only.
  if (os === "darwin" && !await resolves(new URL(pageOrigin).hostname)) return baseUrl(state);
  return pageOrigin;
}

async function resolvesToLoopback(name: string): Promise<boolean> {
  const timeout = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => timeout.resolve(false), LOOKUP_TIMEOUT_MS);
  const found = lookup(name).then(({ address }) => ["127.0.0.1", "::1"].includes(address), () => false);
  return await Promise.race([found, timeout.promise]).finally(() => clearTimeout(timer));
}
