/** Commands without a daemon: what they leave behind however they end, and how they get on with others. */
import { type OptaEvent, stateFiles } from "@opta/protocol";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { isLockFree } from "../cli/daemon_control/lock.ts";
import { isAsked, readUntil, withoutDaemon } from "./do_suite.ts";
import { Opta, outcomeOf } from "./support/opta.ts";
import { processesWith, untilFile, untilGone, untilThere, unusualSeconds } from "./support/processes.ts";
import { type FakeModel, startFakeModel } from "./support/start_fake_model.ts";

const isLinux = Deno.build.os === "linux";

const optaWith = (fake: FakeModel, env: Record<string, string> = {}) =>
  Opta.create({ OPTA_HOST: fake.host, OPTA_PORT: String(fake.port), ...env });

const stateDirOf = ({ home }: Opta) => join(home, "daemon");

/** The events of the one session there is, as a daemon finds them that starts now. */
async function eventsOf(opta: Opta): Promise<OptaEvent[]> {
  const sessions = JSON.parse((await opta.run(["sessions", "list", "--json"])).stdout);
  assertEquals(sessions.length, 1);
  const { stdout } = await opta.run(["sessions", "export", sessions[0].sessionId, "--format", "jsonl"]);
  return stdout.trim().split("\n").map((line) => JSON.parse(line));
}

/** The model calls this once, and then says that it is done. */
async function scriptCall(fake: FakeModel, name: string, args: Record<string, unknown>): Promise<void> {
  const toolCalls = [{ id: "call_1", name, arguments: [JSON.stringify(args)] }];
  await fake.script({ tokens: ["done"] });
  await fake.script({ tokens: [], toolCalls, finishReason: "tool_calls", times: 1 });
}

/** Begins a turn that says one word and waits. */
async function startTurn(fake: FakeModel, opta: Opta): Promise<{ child: Deno.ChildProcess; stderr: Promise<string> }> {
  await fake.script({ tokens: ["one ", "two "], pace: "manual" });
  const child = opta.spawn(["do", "--no-daemon", "go"]);
  const stderr = new Response(child.stderr).text();
  await fake.waitFor(isAsked);
  await fake.step(1);
  const reader = child.stdout.getReader();
  await readUntil(reader, "one ");
  void restOf(reader); // what it is not rid of would hold it up, and with nobody to read it would end
  return { child, stderr };
}

async function restOf(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    text += decoder.decode(read.value, { stream: true });
  }
  return text;
}

Deno.test({
  name: "opta do --no-daemon leaves its session, and no process, no temporary file, no state file and no lock",
  ignore: !isLinux,
  async fn() {
    await using fake = await startFakeModel();
    const folder = await Deno.makeTempDir({ dir: "/var/tmp", prefix: "opta-no-daemon-" });
    await using _folder = { [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
    const [temp, work] = [join(folder, "temp"), join(folder, "work")];
    await Promise.all([temp, work].map((path) => Deno.mkdir(path)));
    await using opta = await optaWith(fake, { TMPDIR: temp });
    opta.cwd = work;
    const seconds = unusualSeconds();
    await scriptCall(fake, "bg_start", { command: `touch /tmp/left; sleep ${seconds}` });
    const child = opta.spawn(["do", "--no-daemon", "--dangerous", "go"]);
    const { code, stdout, stderr } = await outcomeOf(child);
    assertEquals([code, stdout, stderr], [0, "done\n", withoutDaemon.notice]);
    assertEquals([...processesWith(seconds), ...processesWith(opta.home)], []);
    assertEquals((await Array.fromAsync(Deno.readDir(temp))).length, 0);
    const files = (await Array.fromAsync(Deno.readDir(stateDirOf(opta)), ({ name }) => name)).toSorted();
    const own = [stateFiles.lock, stateFiles.log, "mcp.json", stateFiles.pageName, "rules.json", stateFiles.database];
    assertEquals(files.filter((name) => name !== "tmp"), own.toSorted());
    assertEquals(await Array.fromAsync(Deno.readDir(join(stateDirOf(opta), "tmp"))), []);
    assertEquals(await isLockFree(stateDirOf(opta)), true);
    assertEquals((await eventsOf(opta)).filter(({ event }) => event === "turn.done").length, 1);
  },
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test({
    name: `${signal} ends the turn of opta do --no-daemon as cancelled, in its log and by its exit code`,
    ignore: !isLinux,
    async fn() {
      await using fake = await startFakeModel();
      await using opta = await optaWith(fake);
      const { child, stderr } = await startTurn(fake, opta);
      child.kill(signal);
      assertEquals((await child.status).code, 130);
      assertEquals(await stderr, `${withoutDaemon.notice}opta: The turn was cancelled\n`);
      await fake.waitFor((stats) => stats.active === 0);
      const end = (await eventsOf(opta)).at(-1);
      assertEquals(end?.event === "turn.done" && end.payload.finishReason, "cancelled");
    },
  });
}

Deno.test({
  name: "kill -9 of opta do --no-daemon in a turn: the next daemon ends it as interrupted, with what was said [X1]",
  ignore: !isLinux,
  async fn() {
    await using fake = await startFakeModel();
    await using opta = await optaWith(fake);
    const { child, stderr } = await startTurn(fake, opta);
    child.kill("SIGKILL");
    await Promise.all([child.status, stderr]);
    const events = await eventsOf(opta);
    const end = events.at(-1);
    assertEquals(end?.event === "turn.error" && end.payload.code, "interrupted");
    const said = events.flatMap((each) => each.event === "turn.token" ? [each.payload.text] : []);
    assertEquals(said.join(""), "one ");
  },
});

Deno.test({
  name: "kill -9 of opta do --no-daemon ends what its tools have running",
  ignore: !isLinux,
  async fn() {
    await using fake = await startFakeModel();
    await using opta = await optaWith(fake);
    const seconds = unusualSeconds();
    await scriptCall(fake, "run_command", { command: `sleep ${seconds}` });
    const child = opta.spawn(["do", "--no-daemon", "--dangerous", "go"]);
    const outcome = outcomeOf(child);
    await untilThere(seconds, 1);
    child.kill("SIGKILL");
    await outcome;
    await untilGone(seconds);
    await untilGone(opta.home);
  },
});

Deno.test({
  name:
    "one Ctrl-C in a terminal lets a command of opta do --no-daemon end by itself: it is not for the tool's process",
  ignore: !isLinux,
  async fn() {
    await using fake = await startFakeModel();
    const folder = await Deno.makeTempDir({ dir: "/var/tmp", prefix: "opta-no-daemon-" });
    await using _folder = { [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
    await using opta = await optaWith(fake);
    opta.cwd = folder;
    const seconds = unusualSeconds();
    const command = `trap 'echo tidy > tidied; exit 1' TERM; touch begun; sleep ${seconds} & wait`;
    await scriptCall(fake, "run_command", { command });
    await using terminal = opta.terminal(["do", "--no-daemon", "--dangerous", "go"], { columns: 160 });
    await untilFile(join(folder, "begun"));
    terminal.type("\x03");
    assertEquals(await terminal.exit(), 130);
    assertStringIncludes(terminal.text, "The turn was cancelled");
    await untilGone(seconds);
    assertEquals(await Deno.readTextFile(join(folder, "tidied")), "tidy\n");
  },
});

Deno.test("a command without a daemon waits for another one to end, and Ctrl-C ends the waiting", async () => {
  await using fake = await startFakeModel();
  await using opta = await optaWith(fake);
  const { child, stderr } = await startTurn(fake, opta);
  const waiting = `opta: Another command with --no-daemon (pid ${child.pid}) has the sessions: waiting for its end …\n`;
  const begin = async () => {
    const waiter = opta.spawn(["do", "--no-daemon", "go"]);
    const stdout = new Response(waiter.stdout).text();
    const reader = waiter.stderr.getReader();
    await readUntil(reader, waiting);
    return {
      interrupt: () => waiter.kill("SIGINT"),
      end: async () => [(await waiter.status).code, await stdout, await restOf(reader)],
    };
  };
  const impatient = await begin();
  impatient.interrupt();
  assertEquals(await impatient.end(), [130, "", "opta: cancelled\n"]);
  const patient = await begin();
  await fake.script({ tokens: ["mine"] });
  await fake.step(2);
  assertEquals([(await child.status).code, await stderr], [0, withoutDaemon.notice]);
  assertEquals(await patient.end(), [0, "mine\n", withoutDaemon.notice]);
});

Deno.test("where a daemon runs, a command without one says so and how to go on", async () => {
  await using opta = await Opta.create();
  const { pid, url } = JSON.parse((await opta.run(["daemon", "start", "--json"])).stdout);
  const { code, stdout, stderr } = await opta.run(["do", "-f", "json", "--no-daemon", "hi"]);
  assertEquals([code, JSON.parse(stdout).error.code], [1, "failed"]);
  for (const text of [`pid ${pid}`, url, "Leave out --no-daemon", "opta daemon stop"]) {
    assertStringIncludes(stderr, text);
  }
});

Deno.test("where a command without a daemon runs, nobody attaches to it, and no daemon starts: it is named", async () => {
  await using fake = await startFakeModel();
  await using opta = await optaWith(fake);
  const { child, stderr } = await startTurn(fake, opta);
  for (const words of [["daemon", "start"], ["do", "hi"], ["sessions", "list"], ["daemon", "run"]]) {
    const { code, stderr } = await opta.run(words);
    assertEquals(code, words[1] === "run" ? 1 : 4, words.join(" "));
    assertStringIncludes(stderr, `A command with --no-daemon has the sessions (pid ${child.pid}`);
  }
  const stop = await opta.run(["daemon", "stop", "--json"]);
  assertEquals([stop.code, JSON.parse(stop.stdout).wasRunning], [0, false]);
  const { checks } = JSON.parse((await opta.run(["doctor", "--json"])).stdout);
  const findings = checks.filter(({ name }: { name: string }) => ["daemon", "database"].includes(name));
  for (
    const text of [
      JSON.parse((await opta.run(["daemon", "status", "--json"])).stdout).reason,
      JSON.parse((await opta.run(["status", "--json"])).stdout).daemon.reason,
      findings[0].detail,
    ]
  ) assertStringIncludes(text, `A command with --no-daemon has the sessions (pid ${child.pid}`);
  assertEquals(findings.map(({ status }: { status: string }) => status), ["warning", "skipped"]);
  await fake.step(2);
  assertEquals([(await child.status).code, await stderr], [0, withoutDaemon.notice]);
  assertEquals((await opta.run(["daemon", "start"])).code, 0);
});

Deno.test("a state file that a killed daemon has left does not keep a command without one from the sessions", async () => {
  await using opta = await Opta.create();
  const { pid } = JSON.parse((await opta.run(["daemon", "start", "--json"])).stdout);
  Deno.kill(pid, "SIGKILL");
  const { code, stdout } = await opta.run(["do", "--no-daemon", "count to 2"]);
  assertEquals([code, stdout], [0, "1\n2\n"]);
  assertEquals(await Deno.stat(join(stateDirOf(opta), stateFiles.state)).catch(() => "gone"), "gone");
});

Deno.test("OPTA_NO_DAEMON and --no-daemon are refused with --detach, and a value that is no yes or no by itself", async () => {
  await using opta = await Opta.create({ OPTA_NO_DAEMON: "yes" });
  const detached = await opta.run(["chat", "--detach", "-f", "json", "hi"]);
  assertEquals([detached.code, JSON.parse(detached.stdout).error.code], [2, "invalid_request"]);
  assertStringIncludes(detached.stderr, "--detach leaves the turn to the daemon");
  assertEquals((await opta.run(["do", "-q", "count to 2"])).stderr, "");
  await using unsure = await Opta.create({ OPTA_NO_DAEMON: "perhaps" });
  const { code, stderr } = await unsure.run(["do", "hi"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, 'OPTA_NO_DAEMON is "perhaps"');
});

Deno.test("--device names the model server of a command without a daemon", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["from there"] });
  await using opta = await Opta.create({ OPTA_HOST: "192.0.2.1" });
  const { stdout } = await opta.run(["do", "--no-daemon", "--device", `${fake.host}:${fake.port}`, "hi"]);
  assertEquals(stdout, "from there\n");
});
