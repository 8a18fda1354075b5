/**
 * Keeps what is meant for this machine on this machine: with `HTTP_PROXY` set, Deno sends requests for loopback through
 * the proxy as well, and the daemon's token with them.
 */
import type { Env } from "./paths.ts";

/** The value of `NO_PROXY`, where it stands before `no_proxy`, that also excepts loopback. */
export function noProxyWithLoopback(env: Env): string {
  const own = env.NO_PROXY ?? env.no_proxy;
  return [...(own ? [own] : []), "127.0.0.1", "localhost", "::1"].join(",");
}
