/** `opta acp`, as an editor uses it: the client side of the protocol's SDK, over the standard streams of the command. */
import { client, type ContentBlock, methods, ndJsonStream, type SessionUpdate } from "@agentclientprotocol/sdk";
import { answerOf } from "@opta/protocol";
import { Session } from "@opta/protocol/client";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { endpointSource } from "../cli/daemon_control/endpoint.ts";
import { Opta } from "./support/opta.ts";
import { soon } from "./support/session.ts";

type Decide = (options: { optionId: string; kind: string }[]) => Promise<string | null>;

/** Starts the command, and gives the editor's side of it. */
function openEditor(opta: Opta, decide: Decide = () => Promise.resolve(null)) {
  const child = opta.spawn(["acp"], "piped");
  const updates: SessionUpdate[] = [];
  const heard = new Set<() => void>();
  const app = client({ name: "test" })
    .onNotification(methods.client.session.update, ({ params }) => {
      updates.push(params.update);
      heard.forEach((look) => look());
    })
    .onRequest(methods.client.session.requestPermission, async ({ params }) => {
      const optionId = await decide(params.options);
      return { outcome: optionId === null ? { outcome: "cancelled" } : { outcome: "selected", optionId } };
    });
  const stdin = child.stdin.getWriter(); // the SDK does not close what it was given, and an editor that leaves does
  const input = new WritableStream<Uint8Array>({ write: (bytes) => stdin.write(new Uint8Array(bytes)) });
  const connection = app.connect(ndJsonStream(input, child.stdout));
  const stderr = new Response(child.stderr).text();
  const textOf = (kind: string) =>
    updates.map((update) => {
      return update.sessionUpdate === kind && "content" in update && update.content &&
          !Array.isArray(update.content) && update.content.type === "text"
        ? update.content.text
        : "";
    }).join("");
  return {
    agent: connection.agent,
    updates,
    textOf,
    async until(isThere: () => boolean): Promise<void> {
      const found = Promise.withResolvers<void>();
      const look = () => isThere() && found.resolve();
      const signal = soon();
      signal.addEventListener("abort", () => found.reject(signal.reason));
      heard.add(look);
      look();
      await found.promise.finally(() => heard.delete(look));
    },
    async [Symbol.asyncDispose]() {
      connection.close();
      await stdin.close();
      const { code } = await child.status;
      assertEquals([code, await stderr], [0, ""]);
    },
  };
}

const text = (text: string): ContentBlock[] => [{ type: "text", text }];

Deno.test("an editor opens a session, asks, sees the answer as it comes, and what others ask there", async () => {
  await using opta = await Opta.create();
  await using editor = openEditor(opta);
  const { agent } = editor;
  const introduced = await agent.request(methods.agent.initialize, { protocolVersion: 1, clientCapabilities: {} });
  assertEquals([introduced.agentInfo?.name, introduced.agentCapabilities?.loadSession], ["opta", true]);
  const cwd = await Deno.makeTempDir({ prefix: "opta-acp-" });
  try {
    const { sessionId, modes } = await agent.request(methods.agent.session.new, { cwd, mcpServers: [] });
    assertEquals(modes?.currentModeId, "do");
    await agent.request(methods.agent.session.setMode, { sessionId, modeId: "chat" });
    const { stopReason } = await agent.request(methods.agent.session.prompt, { sessionId, prompt: text("count to 5") });
    assertEquals([stopReason, editor.textOf("agent_message_chunk").match(/\d+/g)], ["end_turn", [
      "1",
      "2",
      "3",
      "4",
      "5",
    ]]);
    assertEquals(editor.textOf("user_message_chunk"), "", "the editor shows its own words itself");

    await using other = Session.attach({
      endpoint: endpointSource(`${opta.home}/daemon`),
      sessionId,
      clientId: "terminal",
      writerId: "bob",
    });
    await other.submit("echo hello from bob", { signal: soon() });
    await editor.until(() => editor.textOf("agent_message_chunk").includes("hello from bob"));
    assertEquals(editor.textOf("user_message_chunk"), "bob: echo hello from bob");
    const [first] = (await other.until(({ turns }) => turns.length === 2, soon())).turns;
    assertEquals([first?.mode, first && answerOf(first).match(/\d+/g)?.length], ["chat", 5]);

    const { sessions } = await agent.request(methods.agent.session.list, { cwd: await Deno.realPath(cwd) });
    assertEquals(sessions.map((session) => session.sessionId), [sessionId]);
    editor.updates.length = 0;
    await agent.request(methods.agent.session.load, { sessionId, cwd, mcpServers: [] });
    await editor.until(() => editor.textOf("agent_message_chunk").includes("hello from bob"));
    assert(editor.textOf("user_message_chunk").startsWith("count to 5"), "all of the history is told");
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});

Deno.test("an editor is asked for permission, and what it allows is done", async () => {
  await using opta = await Opta.create();
  const kinds: string[] = [];
  await using editor = openEditor(opta, (options) => {
    kinds.push(...options.map(({ kind }) => kind));
    return Promise.resolve("allow");
  });
  const { agent } = editor;
  await agent.request(methods.agent.initialize, { protocolVersion: 1, clientCapabilities: {} });
  const cwd = await Deno.makeTempDir({ prefix: "opta-acp-" });
  try {
    const { sessionId } = await agent.request(methods.agent.session.new, { cwd, mcpServers: [] });
    const prompt = text("create hello.txt that says hi");
    const { stopReason } = await agent.request(methods.agent.session.prompt, { sessionId, prompt });
    assertEquals([stopReason, await Deno.readTextFile(`${cwd}/hello.txt`)], ["end_turn", "hi\n"]);
    assertEquals(kinds, ["allow_once", "allow_always", "reject_once"]);
    const calls = editor.updates.filter(({ sessionUpdate }) => sessionUpdate.startsWith("tool_call"));
    assertEquals(calls.map((call) => "status" in call ? call.status : null), ["in_progress", "completed"]);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});

Deno.test("an editor cancels what it asked for, and hears what is wrong with a request", async () => {
  await using opta = await Opta.create();
  await using editor = openEditor(opta);
  const { agent } = editor;
  await agent.request(methods.agent.initialize, { protocolVersion: 1, clientCapabilities: {} });
  const cwd = opta.home;
  const { sessionId } = await agent.request(methods.agent.session.new, { cwd, mcpServers: [] });
  const asked = agent.request(methods.agent.session.prompt, { sessionId, prompt: text("count to 5000") });
  await editor.until(() => editor.textOf("agent_message_chunk") !== "");
  await agent.notify(methods.agent.session.cancel, { sessionId });
  assertEquals((await asked).stopReason, "cancelled");
  const wrong = (work: Promise<unknown>, message: string) => assertRejects(() => work, Error, message);
  await wrong(agent.request(methods.agent.session.prompt, { sessionId: "none", prompt: text("hi") }), "not open here");
  await wrong(agent.request(methods.agent.session.load, { sessionId: "none", cwd, mcpServers: [] }), "no session");
  await wrong(agent.request(methods.agent.session.new, { cwd: "/no/such", mcpServers: [] }), "no such folder");
  await wrong(agent.request(methods.agent.session.setMode, { sessionId, modeId: "sing" }), "no mode");
});
