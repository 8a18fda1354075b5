/** Scripts of earlier releases: `opta server`, and what they do with it. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { LegacyChatAnswer, LegacyHealth, StateFile } from "@opta/protocol";
import { Opta } from "./support/opta.ts";

/** `opta server` on a free port, once it answers. */
async function serve(opta: Opta): Promise<{ url: string; stop(): Promise<number> }> {
  const child = opta.spawn(["server", "--port", "0"]);
  const lines = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  const out = child.stdout.cancel();
  let text = "";
  let url: string | undefined;
  while (!url) {
    const { done, value } = await lines.read();
    if (done) throw new Error(`opta server has ended: ${text}`);
    text += value;
    url = /Opta server at (\S+):/.exec(text)?.[1];
  }
  const rest = (async () => {
    while (!(await lines.read()).done);
  })();
  return {
    url,
    async stop() {
      child.kill("SIGINT");
      const { code } = await child.status;
      await Promise.all([rest, out]);
      return code;
    },
  };
}

async function ask(url: string, body: Record<string, unknown>) {
  const response = await fetch(`${url}/v1/chat`, { method: "POST", body: JSON.stringify(body) });
  return LegacyChatAnswer.parse(await response.json());
}

Deno.test("opta server answers /health and /v1/chat without a token, and its sessions are there for everybody", async () => {
  await using opta = await Opta.create();
  const server = await serve(opta);
  const health = LegacyHealth.parse(await (await fetch(`${server.url}/health`)).json());
  assertEquals(health.model, "opta-demo");
  const first = await ask(server.url, { message: "echo one" });
  const second = await ask(server.url, { message: "echo two", session_id: first.session_id });
  assertEquals([second.session_id, second.response.trim()], [first.session_id, "two"]);
  const state = StateFile.parse(JSON.parse(await Deno.readTextFile(`${opta.home}/daemon/state.json`)));
  assertStringIncludes(server.url, `:${state.port}`);
  const chat = await opta.run(["chat", "--resume", first.session_id], "echo three\n");
  assertEquals([chat.code, chat.stdout.trim()], [0, "three"], chat.stderr);
  assertEquals(await server.stop(), 0);
});

Deno.test("opta server takes the place of an idle daemon, and leaves one alone that is at work", async () => {
  await using opta = await Opta.create();
  assertEquals((await opta.run(["do", "echo", "hello"])).code, 0);
  const server = await serve(opta);
  await server.stop();

  const busy = opta.spawn(["do", "count", "to", "2000"]);
  const reader = busy.stdout.getReader();
  await reader.read(); // it streams
  const refused = await opta.run(["server", "--port", "0"]);
  assertEquals(refused.code, 1);
  assertStringIncludes(refused.stderr, "a turn runs or waits there");
  busy.kill("SIGINT");
  await Promise.all([busy.status, busy.stderr.cancel(), reader.cancel()]);
  assert((await opta.run(["daemon", "status"])).code === 0, "the daemon is still there");
});
