/**
 * The npm package of the client library as others use it: installed from its tarball into a project of their own, on the
 * real daemon. The examples of docs/client.md run exactly as they are printed.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Ticket } from "@opta/protocol";
import { Api } from "@opta/protocol/client";
import { Chromium, hasChromium } from "./support/chromium.ts";
import { type Run, ScratchProject } from "./support/scratch_project.ts";
import { bundle, servePage } from "./support/serve_page.ts";
import { startDaemon, type TestDaemon } from "./support/start_daemon.ts";

/** In the page. */
declare const document: { title: string; body: { textContent: string } };

/** The examples by the names in their first lines. */
async function examples(): Promise<Record<string, string>> {
  const text = await Deno.readTextFile(new URL("../docs/client.md", import.meta.url));
  const blocks = text.matchAll(/```[jt]s\n(\/\/ (chat\.\w+)[^]*?)```/g);
  return Object.fromEntries([...blocks].map(([, code = "", name = ""]) => [name, code]));
}

/** What a program of somebody else looks like: over the transport that it is told, with `ws` if it is told so. */
const consumer = `
import { type AttachOptions, answerOf, Api, hashState, Session, SessionClosedError } from "@opta/client";
import { discover, DiscoveryError } from "@opta/client/node";
import { CONTRACT, type OptaEvent, type SessionState } from "@opta/client/protocol";
import { WebSocket } from "ws";

const [transport = "auto", which] = process.argv.slice(2);
const endpoint = discover();
const api = new Api(endpoint);
const { contract } = await api.call("health");
if (contract.version !== CONTRACT.version) throw new DiscoveryError("another contract");
const { sessionId } = await api.call("createSession", { body: { title: "Consumer" } });
const options: AttachOptions = { endpoint, sessionId, clientId: "c", writerId: "w", kind: "script" };
const session = Session.attach({
  ...options,
  transport: transport as NonNullable<AttachOptions["transport"]>,
  ...(which === "ws" && { webSocket: WebSocket }),
});
const events: OptaEvent["event"][] = [];
session.subscribe((change) => {
  if (change.kind === "event" && change.event.event !== "unknown") events.push(change.event.event);
});
const { turnId } = await session.submit("count to 3", { signal: AbortSignal.timeout(20_000) });
const state: SessionState = await session.until(({ turns }) => turns.some((turn) => turn.turnId === turnId));
const { connection } = session;
console.log(JSON.stringify({
  answer: state.turns.map(answerOf),
  transport: "transport" in connection ? connection.transport : connection.kind,
  present: session.presence.map(({ clientId, kind }) => [clientId, kind]),
  hash: await hashState(state),
  last: events.at(-1),
}));
await session.close();
await session.submit("late").catch((error: unknown) => {
  if (!(error instanceof SessionClosedError)) throw error;
});
`;

const tsconfig = JSON.stringify({
  compilerOptions: {
    target: "es2022",
    module: "nodenext",
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    types: ["node"],
    outDir: "out",
    rootDir: ".",
  },
  files: ["consumer.ts"],
});

function assertRan({ code, stdout, stderr }: Run): void {
  assertEquals(code, 0, `${stdout}\n${stderr}`);
}

/** What the latest session of a daemon was answered. */
async function latestAnswer(daemon: TestDaemon): Promise<{ title: string; answer: string }> {
  const api = new Api(daemon.endpoint);
  const { sessions: [latest] } = await api.call("listSessions", { query: { limit: 1 } });
  assert(latest);
  const { messages } = await api.call("getSession", { params: { sessionId: latest.sessionId } });
  return { title: latest.title, answer: String(messages.at(-1)?.content) };
}

Deno.test("the npm package of the client library works in a project of somebody else", async (t) => {
  const project = await ScratchProject.make();
  if (typeof project === "string") {
    return console.log(`The package is not tried out, for npm cannot install: ${project}`);
  }
  await using _ = project;
  const home = await Deno.makeTempDir({ dir: project.folder, prefix: "home-" });
  await Deno.mkdir(`${home}/daemon`, { mode: 0o700 });
  await using page = servePage("");
  await using daemon = await startDaemon({ stateDir: `${home}/daemon`, allowedOrigins: [page.origin] });
  const env = { OPTA_HOME: home };

  await t.step("a consumer in TypeScript passes the compiler, with its libraries checked", async () => {
    await project.write("consumer.ts", consumer);
    await project.write("tsconfig.json", tsconfig);
    assertRan(await project.run("npx", ["--no-install", "tsc"]));
  });

  for (
    const [args, transport] of [
      [["ws", "ws"], "ws"],
      [["auto", "ws"], "ws"],
      [["sse"], "sse"],
    ] as const
  ) {
    await t.step(`it chats in Node over ${transport} when told "${args.join(" ")}"`, async () => {
      const run = await project.run("node", ["out/consumer.js", ...args], env);
      assertRan(run);
      const { answer, hash, ...told } = JSON.parse(run.stdout);
      assertEquals(told, { transport, present: [["c", "script"]], last: "turn.done" });
      assertEquals([answer.length, hash.length], [1, 64]);
      assertEquals((await latestAnswer(daemon)).answer, answer[0]);
    });
  }

  await t.step("without any WebSocket, as in Node 20, it chats over SSE by itself", async () => {
    await project.write("without.mjs", 'delete globalThis.WebSocket;\nawait import("./out/consumer.js");\n');
    const run = await project.run("node", ["without.mjs"], env);
    assertRan(run);
    assertEquals(JSON.parse(run.stdout).transport, "sse");
  });

  const printed = await examples();
  assertEquals(Object.keys(printed), ["chat.mjs", "chat.ts", "chat.js"]);
  for (const [name, code] of Object.entries(printed)) await project.write(name, code);

  await t.step("the example for Node runs as it is printed", async () => {
    const run = await project.run("node", ["chat.mjs", "echo from the docs"], env);
    assertRan(run);
    assertEquals(run.stdout, `${(await latestAnswer(daemon)).answer}\n(done)\n`);
    assertEquals((await latestAnswer(daemon)).title, "From Node");
  });

  await t.step("the example for Deno runs as it is printed, with no more permission than it says", async () => {
    const { host } = daemon.state;
    const permissions = [`--allow-net=${host}`, "--allow-env=OPTA_HOME", "--allow-sys=homedir,uid"];
    const args = ["run", "--check", "--quiet", "--no-prompt", ...permissions, `--allow-read=${home}/daemon`, "chat.ts"];
    const run = await project.run(Deno.execPath(), args, { ...env, NO_COLOR: "1" });
    assertRan(run);
    assertEquals(run.stdout, `${(await latestAnswer(daemon)).answer}\n`);
    assertStringIncludes(run.stderr, "(live)\n");
  });

  await t.step({
    name: "the example for a browser runs as it is printed",
    ignore: !await hasChromium(),
    async fn() {
      const script = await bundle(new URL(`file://${project.folder}/chat.js`), project.folder);
      page.show(script);
      const response = await daemon.post("/v3/tickets", { origin: page.origin });
      const { ticket } = Ticket.parse(await response.json());
      await using chromium = await Chromium.launch();
      const tab = await chromium.context.newPage();
      const address = `${page.origin}/?daemon=${daemon.baseUrl}`;
      await tab.goto(`${address}#ticket=${ticket}`);
      await tab.waitForFunction(() => document.title === "done");
      const { title, answer } = await latestAnswer(daemon);
      assertEquals([title, tab.url()], ["From a page", address]);
      assertEquals(await tab.evaluate(() => document.body.textContent), answer);
      assertEquals(chromium.uncaught, []);
    },
  });
});
