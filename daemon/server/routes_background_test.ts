import { assertEquals } from "@std/assert";
import { backgroundSource } from "../tools/run/background_source.ts";
import { BackgroundProcesses } from "../tools/run/background_processes.ts";
import { startRunner } from "../tools/run/testing/test_runner.ts";
import { OptaError } from "@opta/protocol";
import { startTestServer } from "./testing/test_server.ts";

Deno.test("background routes start, show and end a process as v3 clients do", async () => {
  await using runner = await startRunner();
  const processes = new BackgroundProcesses({ sessionId: "sess_1", hosts: runner.hosts, emit: () => {} });
  const of = (sessionId: string) =>
    sessionId === "sess_1"
      ? Promise.resolve(processes)
      : Promise.reject(new OptaError("not_found", "No such session."));
  await using server = startTestServer({ background: backgroundSource({ of, all: () => [processes] }) });
  const ask = async (path: string) => {
    const response = await server.fetch(`/v3/background${path}`);
    return { status: response.status, body: await response.json() };
  };
  const tell = async (path: string, body: unknown) => {
    const response = await server.post(`/v3/background${path}`, body);
    return { status: response.status, body: await response.json() };
  };

  const begun = await tell("/start", { sessionId: "sess_1", command: "echo hello; sleep 100000", label: "greeter" });
  assertEquals(begun.status, 201);
  const { processId, state, label } = begun.body.process;
  assertEquals([state, label], ["running", "greeter"]);
  await processes.waitForOutput(processId, 0, AbortSignal.timeout(30_000));
  const { body: { chunks, ...output } } = await ask(`/${processId}/output?afterSeq=0&limit=10&stream=stdout`);
  assertEquals([chunks.length, chunks[0].seq, chunks[0].stream, chunks[0].text], [1, 1, "stdout", "hello\n"]);
  assertEquals([output.nextSeq, output.hasMore, output.process.processId], [1, false, processId]);
  assertEquals((await ask("?sessionId=sess_1")).body.processes.length, 1);
  assertEquals((await ask("?sessionId=sess_2")).body.processes, []);
  assertEquals((await ask(`/${processId}/status?sessionId=sess_1`)).body.process.state, "running");
  assertEquals((await ask(`/${processId}/status?sessionId=sess_2`)).status, 404);
  const killed = await tell(`/${processId}/kill`, { signal: "SIGKILL" });
  assertEquals([killed.body.killed, killed.body.process.state], [true, "killed"]);
  assertEquals((await tell(`/${processId}/kill`, {})).body.killed, false);

  assertEquals((await ask("/bg_other/status")).status, 404);
  assertEquals((await tell("/bg_other/kill", {})).status, 404);
  assertEquals((await tell("/start", { sessionId: "sess_2", command: "true" })).status, 404);
  for (const fault of [{}, { command: "" }, { command: "true", timeoutMs: -1 }, { command: "true", cwd: "/" }]) {
    assertEquals((await tell("/start", { sessionId: "sess_1", ...fault })).status, 400, JSON.stringify(fault));
  }
  await processes[Symbol.asyncDispose]();
});
