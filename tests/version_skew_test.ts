import { CONTRACT, stateFiles, VERSION } from "@opta/protocol";
import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { idleRuntime } from "../protocol/testing/idle_runtime.ts";
import { composeLaunch } from "../cli/daemon_control/launch_settings.ts";
import { startDaemon } from "../cli/daemon_control/start.ts";
import { FAKE_DAEMON } from "../cli/daemon_control/testdata/test_home.ts";
import { CliError } from "../cli/exit.ts";
import { resolvePaths } from "../cli/paths.ts";
import { Opta } from "./support/opta.ts";

/** No process has it: what is sent there reaches nobody. */
const NO_PID = 4_000_000;

interface Other {
  version: string;
  contract?: { name: string; version: number };
  /** What the state file has beside, or lacks (`undefined`). */
  state?: Record<string, unknown>;
}

/** A home in which a daemon of another release seems to run: one that knows its health, and nothing else. */
async function withOther({ version, contract = CONTRACT, state }: Other, test: (opta: Opta) => Promise<void>) {
  await using opta = await Opta.create();
  const health = { status: "ok", daemonId: "the-other", version, contract, runtime: idleRuntime };
  const nothing = { error: { code: "not_found", message: "There is nothing at that path.", retryable: false } };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    ({ url }) => url.endsWith("/v3/health") ? Response.json(health) : Response.json(nothing, { status: 404 }),
  );
  const stateFile = `${opta.home}/daemon/${stateFiles.state}`;
  await Deno.mkdir(`${opta.home}/daemon`, { mode: 0o700 });
  const content = {
    pid: NO_PID,
    daemonId: "the-other",
    host: "127.0.0.1",
    port: server.addr.port,
    token: "t".repeat(43),
    startedAt: "2026-01-01T00:00:00.000Z",
    logsPath: "/dev/null",
    version,
    ...state,
  };
  await Deno.writeTextFile(stateFile, JSON.stringify(content), { mode: 0o600 });
  try {
    await test(opta);
  } finally {
    await server.shutdown();
  }
}

Deno.test("a daemon of an older release with the same contract: commands work, and a note says to restart it", () =>
  withOther({ version: "0.0.1" }, async (opta) => {
    const remark = `The running daemon is opta 0.0.1, this is opta ${VERSION}: bring the daemon to it`;
    const started = await opta.run(["daemon", "start", "--json"]);
    assertEquals([started.code, JSON.parse(started.stdout).alreadyRunning], [0, true]);
    assertStringIncludes(started.stderr, `${remark} with "opta daemon restart"`);

    const asked = await opta.run(["sessions", "list", "--json"]);
    assertEquals([asked.code, asked.stdout], [1, ""], "that daemon does not know how");
    assertStringIncludes(asked.stderr, remark);

    const version = await opta.run(["version"]);
    assertMatch(
      version.stdout,
      new RegExp(`^opta ${VERSION} .*\ndaemon 0\\.0\\.1 \\(opta-daemon-v3@1\\)\\. The running`),
    );
    assertEquals(JSON.parse((await opta.run(["version", "--json"])).stdout).daemon.version, "0.0.1");
    assertEquals((await opta.run(["--version"])).stdout, `${VERSION}\n`);
  }));

Deno.test("a daemon of a newer release with the same contract: a note says to upgrade, and no restart takes its place", () =>
  withOther({ version: "99.0.0" }, async (opta) => {
    const started = await opta.run(["daemon", "start"]);
    assertEquals(started.code, 0);
    assertStringIncludes(started.stderr, "is opta 99.0.0");
    assertStringIncludes(started.stderr, "upgrade opta");
    for (const words of [["daemon", "restart"], ["server"]]) {
      const { code, stdout, stderr } = await opta.run(words);
      assertEquals([code, stdout], [1, ""]);
      assertStringIncludes(stderr, `would be replaced by an older one (${VERSION})`);
    }
    assertStringIncludes((await opta.run(["version"])).stdout, "daemon 99.0.0");
  }));

for (
  const [name, remedy, version] of [
    ["opta-daemon-v4", "upgrade opta to 99.0.0", "99.0.0"],
    ["opta-daemon-v2", 'replace it with "opta daemon restart"', "0.0.1"],
  ] as const
) {
  Deno.test(`a daemon that speaks ${name}: every command says: ${remedy}`, () =>
    withOther({ version, contract: { name, version: 1 } }, async (opta) => {
      const commands = [["daemon", "start"], ["do", "hello"], ["sessions", "list"], ["models", "list"], ["usage"]];
      for (const words of commands) {
        const { code, stdout, stderr } = await opta.run(words);
        assertEquals([words, code, stdout], [words, 4, ""]);
        assertStringIncludes(stderr, `speaks ${name}@1`);
        assertStringIncludes(stderr, remedy);
      }
      const status = await opta.run(["daemon", "status"]);
      assertEquals(status.code, 4);
      assertStringIncludes(status.stdout.replaceAll(/\s+/g, " "), remedy);
      assertStringIncludes((await opta.run(["version"])).stdout, remedy);
    }));
}

for (const kind of [undefined, "last-contract"]) {
  Deno.test(`a daemon of an older release ${kind ? "and contract " : ""}is replaced by a restart`, async () => {
    await using opta = await Opta.create();
    const env = { ...Deno.env.toObject(), OPTA_HOME: opta.home, OPTA_DAEMON_PORT: "0" };
    const launch = composeLaunch({ "model.default": kind }, env, {});
    const starting = startDaemon({ paths: resolvePaths(env), launch, env, entry: FAKE_DAEMON });
    await (kind ? assertRejects(() => starting, CliError, "opta daemon restart") : starting);
    const { code, stdout, stderr } = await opta.run(["daemon", "restart", "--json"]);
    assertEquals([code, JSON.parse(stdout).version, stderr], [0, VERSION, ""]);
  });
}

Deno.test("a state file that a newer release wrote in its own way: its daemon is seen, and the file is left", () =>
  withOther({ version: "99.0.0", state: { token: undefined, sockets: ["/run/opta"] } }, async (opta) => {
    const path = `${opta.home}/daemon/${stateFiles.state}`;
    const before = await Deno.readTextFile(path);
    for (const words of [["daemon", "start"], ["do", "hello"]]) {
      const { code, stderr } = await opta.run(words);
      assertEquals(code, 4);
      assertStringIncludes(stderr, "The state file was written by opta 99.0.0");
      assertStringIncludes(stderr, "upgrade opta");
    }
    assertEquals(await Deno.readTextFile(path), before);
  }));

Deno.test("a database of a newer release: no daemon starts, the reason is said, and no byte of it changes", async () => {
  await using opta = await Opta.create();
  assertEquals((await opta.run(["daemon", "start"])).code, 0);
  assertEquals((await opta.run(["daemon", "stop"])).code, 0);
  const path = `${opta.home}/daemon/${stateFiles.database}`;
  const database = new DatabaseSync(path);
  database.exec("PRAGMA user_version = 99");
  database.close();
  const before = await Deno.readFile(path);
  for (const words of [["daemon", "start"], ["do", "hello"]]) {
    const { code, stdout, stderr } = await opta.run(words);
    assertEquals([code, stdout], [4, ""]);
    assertStringIncludes(stderr, "a later Opta wrote it (schema 99");
    assertStringIncludes(stderr, "Upgrade opta");
  }
  const foreground = await opta.run(["daemon", "run"]);
  assertEquals(foreground.code, 1);
  assertStringIncludes(foreground.stderr, "a later Opta wrote it");
  assertEquals(await Deno.readFile(path), before);
});
