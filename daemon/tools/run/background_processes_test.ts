import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { type EventDraft, OptaError, payloads } from "@opta/protocol";
import { HostError } from "../host/host_process.ts";
import { BackgroundProcesses, MAX_RUNNING } from "./background_processes.ts";
import { backgroundTools } from "./background_tools.ts";
import { processesWith } from "./testing/processes.ts";
import { startRunner, type TestRunner } from "./testing/test_runner.ts";

/** How long something may take to be told before the test fails. */
const TOLD_TIMEOUT_MS = 30_000;

/** The log of a session, as far as its processes are in it. */
class ProcessLog {
  readonly drafts: EventDraft[] = [];
  #change = Promise.withResolvers<void>();

  readonly emit = (draft: EventDraft): void => {
    payloads[draft.event].parse(draft.payload); // as the session's log does
    this.drafts.push(draft);
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  };

  get states(): string[] {
    return this.drafts.flatMap(({ event, payload }) => event === "background.status" ? [payload.reason] : []);
  }

  get output(): { seq: number; stream: string; text: string }[] {
    return this.drafts.flatMap(({ event, payload }) =>
      event === "background.output" ? [{ seq: payload.seq, stream: payload.stream, text: payload.text }] : []
    );
  }

  textOf(stream: string): string {
    return this.output.filter((piece) => piece.stream === stream).map(({ text }) => text).join("");
  }

  async until(wanted: (log: this) => boolean): Promise<void> {
    const late = AbortSignal.timeout(TOLD_TIMEOUT_MS);
    while (!wanted(this)) {
      late.throwIfAborted();
      await this.#change.promise;
    }
  }
}

function processesOf({ hosts }: TestRunner): { log: ProcessLog; processes: BackgroundProcesses } {
  const log = new ProcessLog();
  return { log, processes: new BackgroundProcesses({ sessionId: "sess_1", hosts, emit: log.emit }) };
}

const whole = { afterSeq: 0, limit: 500, stream: "both" } as const;

Deno.test("a background process tells the log of its start, its output and its end", async () => {
  await using runner = await startRunner();
  const { log, processes } = processesOf(runner);
  const begun = await processes.start({ command: "echo out; echo err >&2; exit 3", label: "both" });
  assertEquals([begun.state, begun.label, begun.sessionId, begun.timeoutMs], ["running", "both", "sess_1", 0]);
  assertEquals(begun.cwd, runner.workspace.cwd);
  assert(begun.pid !== null && begun.pid > 0);
  await log.until(({ states }) => states.length === 2);
  assertEquals(log.states, ["started", "failed"]);
  assertEquals([log.textOf("stdout"), log.textOf("stderr")], ["out\n", "err\n"]);
  assertEquals(log.output.map(({ seq }) => seq), log.output.map((_, index) => index + 1));
  const { process, chunks, nextSeq, hasMore } = processes.output(begun.processId, whole);
  assertEquals([process.state, process.exitCode, chunks.length, nextSeq, hasMore], [
    "failed",
    3,
    log.output.length,
    log.output.length,
    false,
  ]);
  assertEquals(processes.output(begun.processId, { ...whole, stream: "stderr" }).chunks[0]?.text, "err\n");
  assertEquals(processes.output(begun.processId, { ...whole, afterSeq: nextSeq }).chunks, []);
});

Deno.test("a secret of the daemon is in nothing that a background process is told to have written [security 11]", async () => {
  await using runner = await startRunner();
  const log = new ProcessLog();
  const redact = (text: string) => text.replaceAll("the-secret", "[redacted]");
  const processes = new BackgroundProcesses({ sessionId: "sess_1", hosts: runner.hosts, emit: log.emit, redact });
  const { processId } = await processes.start({ command: "echo the-secret" });
  await log.until(({ states }) => states.length === 2);
  assertEquals(log.textOf("stdout"), "[redacted]\n");
  assertEquals(processes.output(processId, whole).chunks.map(({ text }) => text).join(""), "[redacted]\n");
});

Deno.test("a background process is killed with all that it started", async () => {
  await using runner = await startRunner();
  const { log, processes } = processesOf(runner);
  const seconds = `${200_000 + Math.floor(Math.random() * 1e6)}`;
  const { processId } = await processes.start({ command: `setsid sleep ${seconds} & echo ready; sleep ${seconds}` });
  await processes.waitForOutput(processId, 0, AbortSignal.timeout(TOLD_TIMEOUT_MS));
  const { killed, process } = await processes.kill(processId);
  assertEquals([killed, process.state], [true, "killed"]);
  if (Deno.build.os === "linux") assertEquals(processesWith(seconds), []);
  assertEquals(log.states, ["started", "killed"]);
  assertEquals((await processes.kill(processId, "SIGKILL")).killed, false);
});

Deno.test("background processes end at their time limit, with their session, and with their runner", async () => {
  await using runner = await startRunner();
  const { log, processes } = processesOf(runner);
  await processes.start({ command: "sleep 100000", timeoutMs: 100 });
  await log.until(({ states }) => states.includes("timeout"));
  await processes.start({ command: "sleep 100000" });
  await processes[Symbol.asyncDispose]();
  assertEquals(log.states, ["started", "timeout", "started", "killed"]);
  await assertRejects(() => processes.start({ command: "true" }), OptaError, "being ended");

  const other = processesOf(runner);
  await other.processes.start({ command: "sleep 100000" });
  runner.host.kill();
  await other.log.until(({ states }) => states.length === 2);
  assertEquals(other.log.states, ["started", "killed"]);
});

Deno.test("what cannot be started is refused, and so is one process too many", async () => {
  await using runner = await startRunner();
  const { log, processes } = processesOf(runner);
  await assertRejects(() => processes.start({ command: "true", cwd: "/" }), HostError, "outside the workspace");
  assertEquals([processes.list(), log.drafts], [[], []]);
  const starts = Array.from({ length: MAX_RUNNING }, () => processes.start({ command: "sleep 100000" }));
  await assertRejects(() => processes.start({ command: "true" }), OptaError, "run already");
  await Promise.all(starts);
  assertThrows(() => processes.status("bg_other"), OptaError, "no background process");
  await processes[Symbol.asyncDispose]();
  assertEquals(processes.list().map(({ state }) => state), Array(MAX_RUNNING).fill("killed"));
});

Deno.test("a flood in the background costs neither memory nor the log", async () => {
  await using runner = await startRunner();
  const { log, processes } = processesOf(runner);
  const { processId } = await processes.start({ command: "yes | head -c 500000000; sleep 2; echo end" });
  await log.until(({ states }) => states.includes("completed"));
  const logged = log.output.reduce((sum, { text }) => sum + text.length, 0);
  assert(logged < 1024 * 1024, `${logged}`);
  const { chunks } = processes.output(processId, whole);
  const kept = chunks.map(({ text }) => text).join("");
  assert(kept.length <= 256 * 1024, `${kept.length}`);
  assertStringIncludes(kept, "bytes left out");
  assert(kept.endsWith("end\n"), kept.slice(-50));
});

Deno.test("the bg_ tools start, watch and end a process, and say what went wrong", async () => {
  await using runner = await startRunner();
  const { processes } = processesOf(runner);
  const tools = new Map(backgroundTools(() => processes).map((tool) => [tool.name, tool]));
  const call = async (name: string, args: Record<string, unknown>) => {
    const tool = tools.get(`bg_${name}`);
    if (!tool) throw new Error(`no tool bg_${name}`);
    return await tool.run(args, runner.contextOf());
  };
  const command = "echo hello; read -r line < fifo; echo $line";
  await new Deno.Command("mkfifo", { args: [`${runner.workspace.cwd}/fifo`] }).output();
  const { result: started } = await call("start", { command, label: "greeter" });
  const processId = /bg_[-\w]+/.exec(started)?.[0] ?? "";
  const first = await call("output", { processId, afterSeq: 0, waitMs: 30_000 });
  assertStringIncludes(first.result, "hello");
  assertStringIncludes(first.result, "(greeter): running");
  const next = Number(/next afterSeq: (\d+)/.exec(first.result)?.[1]);
  const waiting = call("output", { processId, afterSeq: next, waitMs: 30_000 });
  await Deno.writeTextFile(`${runner.workspace.cwd}/fifo`, "again\n");
  const second = await waiting;
  assertStringIncludes(second.result, "again");
  assert(!second.result.includes("hello"), second.result);
  assertStringIncludes((await call("status", {})).result, "(greeter)");
  assertEquals((await call("kill", { processId })).ok, true);
  for (const name of ["status", "output", "kill"]) {
    assertEquals(await call(name, { processId: "bg_x" }), {
      ok: false,
      result: "There is no background process bg_x.",
    });
  }
  const refused = await tools.get("bg_kill")?.preview({ processId: "bg_x" }, runner.contextOf());
  assertStringIncludes(refused?.refusal ?? "", "no background process");
  const shown = await tools.get("bg_start")?.preview({ command: "rm -rf x" }, runner.contextOf());
  assertEquals([shown?.subject, shown?.isDestructive], ["rm -rf x", true]);
});
