/** How the web host is started. */
import { fileURLToPath } from "node:url";
import type { HostOptions } from "../host/host_process.ts";
import { runtimeEnv } from "../host/runtime_env.ts";
import { CLOSED_V4_RANGES } from "./public_address.ts";

/**
 * The network alone, and of that only what is public: the host checks every address itself, and Deno refuses the closed
 * ranges once more at the connection. Deno knows ranges of IPv4 only; of IPv6 it is told the single addresses.
 */
export function webHost({ env }: { env: Readonly<Record<string, string | undefined>> }): HostOptions {
  return {
    entry: fileURLToPath(new URL("./web_host_main.ts", import.meta.url)),
    permissions: ["--allow-net", `--deny-net=${[...CLOSED_V4_RANGES, "[::]", "[::1]", "[fd00:ec2::254]"].join(",")}`],
    env: { DENO_TLS_CA_STORE: "mozilla,system", ...runtimeEnv(env) }, // companies have certificates of their own
  };
}
