/** A user's machine that uses a fake LMX with two models, for the tests of what manages them. */
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { Opta } from "./opta.ts";
import { type FakeModel, startFakeModel } from "./start_fake_model.ts";

export const GIB = 1024 ** 3;
/** Loaded. */
export const QWEN = "mlx-community/Qwen3-8B-4bit";
/** On disk. */
export const LLAMA = "mlx-community/Llama-3-8B";

export function startLmx(options: Parameters<typeof startFakeModel>[0] = {}): Promise<FakeModel> {
  const models = [
    { id: QWEN, state: "loaded" as const, size_bytes: 5 * GIB, context_length: 32_768 },
    { id: LLAMA, state: "available" as const, size_bytes: 4 * GIB },
  ];
  return startFakeModel({ models, ...options });
}

/** `opta` with this model server configured. */
export function optaAt(server: { host: string; port: number }, env: Record<string, string> = {}): Promise<Opta> {
  return Opta.create({ OPTA_HOST: server.host, OPTA_PORT: String(server.port), NO_COLOR: "1", ...env });
}

/** The one document of a command that succeeds. */
export async function jsonOf(opta: Opta, ...words: string[]) {
  const { code, stdout, stderr } = await opta.run([...words, "--json"]);
  assertEquals(code, 0, stderr);
  return JSON.parse(stdout);
}

/** A request to the daemon that runs, as any client makes it. */
export async function askDaemon(opta: Opta, method: string, path: string, body?: unknown) {
  const { host, port, token } = JSON.parse(await Deno.readTextFile(join(opta.home, "daemon", "state.json")));
  const response = await fetch(`http://${host}:${port}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}
