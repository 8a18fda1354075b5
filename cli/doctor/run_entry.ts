/** Runs a module of ours in a confined process of its own, which ends with the signal, and takes one JSON value from it. */
import { HOST_VARIABLES } from "@opta/protocol";
import { fileURLToPath } from "node:url";
import { parseJson } from "../json/parse_json.ts";

export interface EntryResult {
  /** `undefined` when it printed no JSON. */
  output: unknown;
  /** Why, in one line. */
  stderr: string;
}

export async function runEntry(
  entry: URL,
  permissions: readonly string[],
  args: readonly string[],
  signal: AbortSignal,
): Promise<EntryResult> {
  const variables = HOST_VARIABLES.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--no-remote", ...permissions, fileURLToPath(entry), ...args],
    env: { ...Object.fromEntries(variables), NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal,
  });
  const { stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  const said = decoder.decode(stderr).trim().replaceAll(/\s+/g, " ");
  return { output: parseJson(decoder.decode(stdout)), stderr: said || "its process said nothing" };
}
