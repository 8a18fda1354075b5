/** Tries an MCP server in a process of its own, with the code and the permissions with which the daemon will use it. */
import { HOST_VARIABLES, type McpServerConfig } from "@opta/protocol";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { CliError } from "../exit.ts";
import type { Env } from "../paths.ts";
import { parseJson } from "../json/parse_json.ts";

const PROBE_ENTRY = fileURLToPath(new URL("../../daemon/mcp/probe_main.ts", import.meta.url));

const ProbeResult = z.discriminatedUnion("ok", [
  z.object({
    ok: z.literal(true),
    /** Its name and version, as it gives them. */
    server: z.string(),
    tools: z.array(z.object({ name: z.string(), description: z.string() })),
    isCut: z.boolean(),
  }),
  z.object({ ok: z.literal(false), message: z.string() }),
]);
export type ProbeResult = z.infer<typeof ProbeResult>;

/** @throws {CliError} when the probe itself fails */
export async function probeServer(
  name: string,
  config: McpServerConfig,
  env: Env,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const inherited = HOST_VARIABLES.flatMap((variable) => {
    const value = env[variable];
    return value === undefined ? [] : [[variable, value] as const];
  });
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--no-remote",
      `--allow-env=${HOST_VARIABLES.join(",")}`,
      `--allow-run=${Deno.execPath().replaceAll(",", ",,")}`,
      PROBE_ENTRY,
    ],
    env: { ...Object.fromEntries(inherited), NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal,
  }).spawn();
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    new Blob([JSON.stringify({ name, config })]).stream().pipeTo(child.stdin).catch(() => {}), // its end says why
  ]);
  await child.status;
  const result = ProbeResult.safeParse(parseJson(stdout));
  if (result.success) return result.data;
  throw new CliError(`The MCP server ${name} could not be tried: ${stderr.trim() || "the probe said nothing"}`);
}
