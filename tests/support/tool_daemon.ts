/**
 * A daemon within the test's own process, whose model and tools do what the test says, for the real command line: its state
 * file is where `opta` looks for it.
 */
import { stateFiles, VERSION } from "@opta/protocol";
import { join } from "node:path";
import { startTestServer, type TestServer, TOKEN } from "../../daemon/server/testing/test_server.ts";
import { ScriptedTools } from "../../daemon/session/testing/scripted_tools.ts";
import { Opta } from "./opta.ts";

export interface ToolDaemon extends AsyncDisposable {
  server: TestServer;
  tools: ScriptedTools;
  opta: Opta;
  /** The next answer of the model: it calls these tools, `run a` for the tool `run` with the argument `a`. */
  call(...calls: string[]): Promise<void>;
  /** The next answer of the model: a text, and the end of the turn. */
  answer(text: string): Promise<void>;
}

export async function startToolDaemon(): Promise<ToolDaemon> {
  const tools = new ScriptedTools();
  await using parts = new AsyncDisposableStack();
  const server = parts.use(startTestServer({ tools }));
  const opta = await Opta.create();
  parts.defer(() => Deno.remove(opta.home, { recursive: true }));
  const stateDir = join(opta.home, "daemon");
  await Deno.mkdir(stateDir, { mode: 0o700 });
  const state = {
    pid: Deno.pid,
    daemonId: "daemon_test",
    host: "127.0.0.1",
    port: server.server.port,
    token: TOKEN,
    startedAt: new Date().toISOString(),
    logsPath: join(stateDir, stateFiles.log),
    version: VERSION,
  };
  await Deno.writeTextFile(join(stateDir, stateFiles.state), JSON.stringify(state), { mode: 0o600 });
  const all = parts.move();
  return {
    server,
    tools,
    opta,
    async call(...calls) {
      const answer = await server.models.next();
      answer.say(...calls.map((call, index) => {
        const [, name = "", what = ""] = /^(\S+) ([^]*)$/.exec(call) ?? [];
        const argumentsDelta = JSON.stringify({ what });
        return { type: "tool_call" as const, index, id: `call_${crypto.randomUUID()}`, name, argumentsDelta };
      }));
      answer.finish("tool_calls");
    },
    async answer(text) {
      const answer = await server.models.next();
      answer.text(text);
      answer.finish();
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
