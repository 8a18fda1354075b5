/**
 * Cancelling a turn of an agent, in each of its phases, through the real daemon: the turn ends, the model server is let go,
 * nothing of it begins afterwards, and no process of it is left.
 */
import { assert, assertEquals } from "@std/assert";
import { type OptaEvent, parseEvent, type Turn, type UnknownEvent } from "@opta/protocol";
import type { Session } from "@opta/protocol/client";
import { Agent, type AgentOptions, type Call, endOf, openRequest, toolsOf } from "./support/agent.ts";
import { childrenOf, commandLineOf, untilFile, untilGone, untilThere, unusualSeconds } from "./support/processes.ts";
import { soon } from "./support/session.ts";

const isLinux = Deno.build.os === "linux";

/** What would come next if the cancel were not heeded. */
const NEXT: Call = ["write_file", { path: "after", content: "x" }];

interface Scene {
  agent: Agent;
  client: Session;
  sessionId: string;
}

/** A turn is submitted, brought to a phase by `arrive`, and cancelled there. */
async function cancelledIn(
  { agent, client, sessionId }: Scene,
  arrive: () => Promise<unknown>,
  overrides: Turn["overrides"] = { dangerous: true },
): Promise<Turn> {
  const { turnId } = await client.submit("go", { overrides, signal: soon() });
  await arrive();
  const { requestCount } = await agent.model.stats();
  const { cancelled } = await client.cancel({ turnId }, soon());
  assertEquals(cancelled, 1);
  const turn = await endOf(client, turnId);
  assertEquals(turn.end?.kind === "done" && turn.end.finishReason, "cancelled");
  const stats = await agent.model.waitFor(({ active }) => active === 0);
  assertEquals(stats.requestCount, requestCount, "the model is not asked again");
  assertEquals(await client.cancel({ turnId }, soon()), { cancelled: 0, cancelledQueued: 0, cancelledActive: 0 });

  await agent.script([]);
  await endOf(client, (await client.submit("and now?", { signal: soon() })).turnId); // the session goes on
  const events = await eventsOf(agent, sessionId);
  const at = events.findIndex(({ event, payload }) =>
    event === "session.cancelled" && payload.turnIds.includes(turnId)
  );
  assert(at > 0);
  const later = events.slice(at).filter(({ event, payload }) =>
    (event === "tool.start" || event === "permission.request") && payload.turnId === turnId
  );
  assertEquals(later, [], "nothing begins after the cancel [C2]");
  assertEquals(await Deno.stat(agent.path("after")).catch(() => "missing"), "missing");
  return turn;
}

async function eventsOf(agent: Agent, sessionId: string): Promise<(OptaEvent | UnknownEvent)[]> {
  const lines = (await agent.log(sessionId)).trimEnd().split("\n");
  return lines.map((line) => parseEvent(JSON.parse(line)));
}

function test(name: string, act: (scene: Scene) => Promise<void>, options: AgentOptions = {}): void {
  Deno.test({
    name: `cancel ${name} [C1, C2]`,
    ignore: !isLinux,
    async fn() {
      await using agent = await Agent.start(options);
      const sessionId = await agent.session();
      await using client = agent.attach(sessionId);
      await act({ agent, client, sessionId });
    },
  });
}

const isHeld = (agent: Agent) => agent.model.waitFor(({ requests }) => requests.some(({ held }) => held));

/** The process in which a kind of tool works stands still, as on a machine that is stuck. */
function stopHost(agent: Agent, isIt: (commandLine: string) => boolean): void {
  const hosts = childrenOf(agent.daemon.pid).filter((pid) => isIt(commandLineOf(pid).join(" ")));
  assertEquals(hosts.length, 1);
  Deno.kill(hosts[0]!, "SIGSTOP");
}

test("while the model is waited for", async (scene) => {
  await scene.agent.model.script({ prefill: "manual", times: 1 });
  assertEquals((await cancelledIn(scene, () => isHeld(scene.agent))).parts, []);
});

test("while the model speaks", async (scene) => {
  const { agent, client } = scene;
  await agent.model.script({ tokens: 100, pace: "manual", times: 1 });
  const turn = await cancelledIn(scene, async () => {
    await isHeld(agent);
    await agent.model.step(3);
    await client.until(({ active }) => (active?.parts.length ?? 0) > 0, soon());
  });
  assertEquals(turn.parts.length, 1);
});

test("in the arguments of a tool call", async (scene) => {
  const { agent } = scene;
  const toolCalls = [{ id: "c1", name: "write_file", arguments: ['{"path":"after",', '"content":', '"x"}'] }];
  await agent.model.script({ tokens: [], toolCalls, finishReason: "tool_calls", pace: "manual", times: 1 });
  const turn = await cancelledIn(scene, async () => {
    await isHeld(agent);
    await agent.model.step(3);
    await agent.model.waitFor(({ requests }) => requests.some(({ held, sent }) => held && sent === 3));
  });
  assertEquals(toolsOf(turn), []);
});

test("while a person is asked", async (scene) => {
  const { agent, client } = scene;
  await agent.script([["run_command", { command: "touch after" }], NEXT]);
  let requestId = "";
  const turn = await cancelledIn(scene, async () => requestId = (await openRequest(client)).requestId, {});
  assertEquals(toolsOf(turn), [], "a call that was never allowed did not begin");
  const late = await client.resolve(requestId, "allow", "once", soon());
  assertEquals([late.ok, late.decision, late.decidedBy], [false, "deny", "daemon"]);
});

test("while a file is written by a host that is stuck", async (scene) => {
  const { agent, client } = scene;
  await agent.call(client, ["write_file", { path: "first", content: "x" }]);
  stopHost(agent, (line) => line.includes("--allow-write"));
  await agent.script([["write_file", { path: "stuck", content: "x" }], NEXT]);
  const turn = await cancelledIn(scene, () => client.until(({ active }) => active?.parts.length === 1, soon()));
  assertEquals(toolsOf(turn).map(({ end }) => end?.ok), [false]);
  assertEquals(await Deno.stat(agent.path("stuck")).catch(() => "missing"), "missing");
  assertEquals((await agent.call(client, ["write_file", { path: "next", content: "x" }])).end?.ok, true);
});

test("while a page is fetched by a host that is stuck", async (scene) => {
  const { agent, client } = scene;
  await agent.call(client, ["web_fetch", { url: "http://nowhere.invalid/" }]);
  stopHost(agent, (line) => line.includes("web_host_main"));
  await agent.script([["web_fetch", { url: "http://nowhere.invalid/stuck" }], NEXT]);
  const turn = await cancelledIn(scene, () => client.until(({ active }) => active?.parts.length === 1, soon()));
  assertEquals(toolsOf(turn).map(({ end }) => end?.ok), [false]);
});

for (const hasSandbox of [true, false]) {
  test(`in a command whose processes are stubborn, ${hasSandbox ? "with" : "without"} a sandbox`, async (scene) => {
    const { agent } = scene;
    const seconds = unusualSeconds();
    const command = `
      (trap '' TERM; sleep ${seconds}; sleep ${seconds}) &
      setsid sh -c "trap '' TERM HUP INT; sleep ${seconds}; sleep ${seconds}" &
      (setsid sh -c "trap '' TERM HUP; (sh -c 'trap \\"\\" TERM; sleep ${seconds}' >/dev/null 2>&1 &) ; exit" &)
      touch began; sleep ${seconds}; touch after`;
    await agent.script([["run_command", { command }], NEXT]);
    const turn = await cancelledIn(scene, async () => {
      await untilFile(agent.path("began"));
      await untilThere(`sleep\0${seconds}`, 4);
    });
    await untilGone(seconds);
    assertEquals(toolsOf(turn).map(({ end }) => end?.ok), [false]);
  }, { hasSandbox });
}

test("while a background process is waited for: it goes on, and ends with its session", async (scene) => {
  const { agent, client, sessionId } = scene;
  const seconds = unusualSeconds();
  await agent.call(client, ["bg_start", { command: `setsid sleep ${seconds}` }]);
  const [process] = Object.values(client.state.background);
  await agent.script([["bg_output", { processId: process?.processId, afterSeq: 0, waitMs: 60_000 }], NEXT]);
  await cancelledIn(scene, () => client.until(({ active }) => active?.parts.length === 1, soon()));
  assertEquals(client.state.background[process!.processId]?.state, "running");
  await untilThere(`sleep\0${seconds}`, 1);
  const response = await agent.daemon.fetch(`/v3/sessions/${sessionId}`, { method: "DELETE" });
  await response.body?.cancel();
  assertEquals(response.status, 200);
  await untilGone(seconds);
});

test("of all while turns wait: those never begin", async (scene) => {
  const { agent, client } = scene;
  const seconds = unusualSeconds();
  await agent.script([["run_command", { command: `touch began; sleep ${seconds}` }]], [NEXT], [NEXT]);
  const overrides = { dangerous: true };
  const turns = [];
  for (const content of ["one", "two", "three"]) {
    turns.push(await client.submit(content, { overrides, signal: soon() }));
  }
  await untilFile(agent.path("began"));
  assertEquals(await client.cancel({}, soon()), { cancelled: 3, cancelledQueued: 2, cancelledActive: 1 });
  for (const { turnId } of turns) {
    const { end } = await endOf(client, turnId);
    assertEquals(end?.kind === "done" && end.finishReason, "cancelled");
  }
  await untilGone(seconds);
  assertEquals((await agent.model.stats()).requestCount, 1);
});

Deno.test({
  name: "a daemon that is told to stop in the middle of a command leaves no process and no host behind",
  ignore: !isLinux,
  async fn() {
    const seconds = unusualSeconds();
    await using agent = await Agent.start();
    await using client = agent.attach(await agent.session());
    await agent.call(client, ["bg_start", { command: `setsid sleep ${seconds}` }]);
    await agent.script([["run_command", { command: `trap '' TERM; touch began; sleep ${seconds}` }]]);
    const { turnId } = await client.submit("go", { overrides: { dangerous: true }, signal: soon() });
    await untilFile(agent.path("began"));
    const hosts = childrenOf(agent.daemon.pid);
    assert(hosts.length > 0);
    await agent.daemon.stop();
    await untilGone(seconds);
    assertEquals(hosts.filter((pid) => commandLineOf(pid).join().includes("host_main")), []);
    await agent.daemon.restart();
    const { end } = await endOf(client, turnId);
    assertEquals(end?.kind === "error" && end.code, "interrupted");
  },
});
