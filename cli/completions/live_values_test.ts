import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { liveValues, refreshValues } from "./live_values.ts";
import { MAX_SESSIONS } from "./known_values.ts";

const SESSION = { sessionId: "sess_1", title: "one", tags: ["t"], updatedAt: "2026-11-30T00:00:00Z" };
const KNOWN = { id: "sess_1", title: "one", tags: ["t"], updatedAt: "2026-11-30T00:00:00Z" };

/** A daemon that answers as it is told, in a state folder of its own. */
class FakeDaemon implements AsyncDisposable {
  readonly stateDir = Deno.makeTempDirSync();
  readonly asked: string[] = [];
  /** What it answers, by path; waited for. */
  answers: Record<string, unknown> = {};
  refreshed = 0;
  readonly #server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    this.asked.push(`${pathname} ${request.headers.get("authorization")}`);
    const answer = await this.answers[pathname];
    return answer === undefined ? new Response("{}", { status: 404 }) : Response.json(answer);
  });

  constructor() {
    const { port } = this.#server.addr;
    this.write("state.json", JSON.stringify({ host: "127.0.0.1", port, token: "secret" }));
  }

  write(name: string, text: string): void {
    Deno.writeTextFileSync(join(this.stateDir, name), text, { mode: 0o600 });
  }

  values(answerTimeoutMs = 20_000) {
    return liveValues(this.stateDir, () => void this.refreshed++, answerTimeoutMs);
  }

  async stop(): Promise<void> {
    await this.#server.shutdown();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await Deno.remove(this.stateDir, { recursive: true });
  }
}

Deno.test("liveValues() asks the daemon, and keeps the answer in a private file for when it is gone", async () => {
  await using daemon = new FakeDaemon();
  daemon.answers = { "/v3/sessions": { sessions: [SESSION] } };
  assertEquals(await daemon.values().sessions(), [KNOWN]);
  assertEquals(daemon.asked, ["/v3/sessions Bearer secret"]);
  assertEquals((await Deno.stat(join(daemon.stateDir, "completions.json"))).mode! & 0o777, 0o600);
  await daemon.stop();
  assertEquals(await daemon.values().sessions(), [KNOWN]);
  await Deno.remove(join(daemon.stateDir, "state.json"));
  assertEquals(await daemon.values().sessions(), [KNOWN]);
  assertEquals(daemon.refreshed, 0, "there is nobody to wait for");
});

Deno.test("liveValues() gives what it has when the answer is late, and has it waited for", async () => {
  await using daemon = new FakeDaemon();
  const { promise, resolve } = Promise.withResolvers<unknown>();
  daemon.answers = { "/v3/models": promise };
  assertEquals(await daemon.values(1).models(), []);
  assertEquals(daemon.refreshed, 1);
  resolve({ models: [{ id: "qwen3", loaded: true }] });
  daemon.answers["/v3/lmx/models/available"] = [{ model_id: "m", repo_id: "owner/m" }];
  await refreshValues(daemon.stateDir);
  await daemon.stop();
  assertEquals(await daemon.values().models(), [{ id: "qwen3", isLoaded: true }, { id: "owner/m", isLoaded: false }]);
});

Deno.test("refreshValues() leaves it to another that waits already", async () => {
  await using daemon = new FakeDaemon();
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const asked = Promise.withResolvers<void>();
  daemon.answers = {
    get "/v3/models"() {
      asked.resolve();
      return promise;
    },
  };
  const first = refreshValues(daemon.stateDir);
  await asked.promise;
  await refreshValues(daemon.stateDir);
  assertEquals(daemon.asked.filter((line) => line.startsWith("/v3/models ")).length, 1);
  resolve({ models: [{ id: "qwen3", loaded: true }] });
  await first;
  await daemon.stop();
  assertEquals(await daemon.values().models(), [{ id: "qwen3", isLoaded: true }]);
});

Deno.test("liveValues() knows nothing where there is nothing, and makes no folder", async () => {
  const folder = await Deno.makeTempDir();
  const values = liveValues(join(folder, "none"), () => {});
  assertEquals([await values.sessions(), await values.models()], [[], []]);
  assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
  await Deno.remove(folder);
});

Deno.test("liveValues() bounds what it takes, and leaves out what has another form", async () => {
  await using daemon = new FakeDaemon();
  const odd = [null, 1, {}, { sessionId: 1 }, { ...SESSION, sessionId: "x".repeat(301) }];
  const many = Array.from(
    { length: MAX_SESSIONS },
    (_, i) => ({ ...SESSION, sessionId: `s${i}`, title: "t".repeat(500) }),
  );
  daemon.answers = { "/v3/sessions": { sessions: [...odd, ...many] } };
  const sessions = await daemon.values().sessions();
  assertEquals([sessions.length, sessions[0]!.title.length], [MAX_SESSIONS - odd.length, 100]);
  daemon.answers = { "/v3/sessions": { sessions: [SESSION], more: "x".repeat(3 * 1024 * 1024) } };
  assertEquals(await daemon.values().sessions(), sessions, "of an endless answer nothing is taken");
  daemon.answers = {};
  assertEquals(await daemon.values().sessions(), sessions, "nor of a refusal");
  for (const text of ["", "null", "[]", '{"sessions":{}}', "nonsense"]) {
    daemon.write("completions.json", text);
    daemon.write("state.json", text);
    assertEquals(await daemon.values().sessions(), [], text);
  }
});
