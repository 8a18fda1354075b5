import {
  ALREADY_RUNNING_EXIT_CODE,
  DAEMON_VARIABLES,
  DaemonStatus,
  Health,
  HOST_VARIABLES,
  stateFiles,
} from "@opta/protocol";
import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { PAGE_FOLDER } from "../cli/daemon_control/permissions.ts";
import { DAEMON_ENTRY } from "../cli/daemon_control/spawn.ts";
import { spawnDaemon, startDaemon } from "./support/start_daemon.ts";

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const exists = (path: string) => Deno.lstat(path).then(() => true, () => false);

Deno.test("a daemon publishes where it is, answers, and leaves nothing behind when it is asked to end", () =>
  withFolder(async (stateDir) => {
    await using daemon = await startDaemon({ stateDir });
    const health = Health.parse(await (await fetch(`${daemon.baseUrl}/v3/health`)).json());
    assertEquals([health.status, health.daemonId], ["ok", daemon.state.daemonId]);
    assertMatch(daemon.token, /^[\w-]{43}$/);
    assertEquals((await daemon.stop()).code, 0);
    assertEquals(await exists(`${stateDir}/${stateFiles.state}`), false);
    assertEquals(await exists(`${stateDir}/${stateFiles.database}-wal`), false);
    const log = await Deno.readTextFile(`${stateDir}/${stateFiles.log}`);
    assertStringIncludes(log, "The daemon stops");
    assert(!log.includes(daemon.token));
    assertEquals(await daemon.stderr(), "");
  }));

Deno.test("a restart makes a new token, and the old one is refused [security 4]", async () => {
  await using daemon = await startDaemon();
  const { token } = daemon;
  await daemon.restart();
  assertNotEquals(daemon.token, token);
  const response = await fetch(`${daemon.baseUrl}/v3/sessions`, { headers: { authorization: `Bearer ${token}` } });
  await response.body?.cancel();
  assertEquals(response.status, 401);
});

Deno.test("two daemons that are started together on one folder: one lives, the other says who", () =>
  withFolder(async (stateDir) => {
    await using daemon = await startDaemon({ stateDir });
    const second = await spawnDaemon({}, stateDir).output();
    assertEquals(second.code, ALREADY_RUNNING_EXIT_CODE);
    const said = new TextDecoder().decode(second.stderr);
    assertStringIncludes(said, `pid ${daemon.pid}`);
    assertStringIncludes(said, `127.0.0.1:${daemon.state.port}`);
    assertEquals((await fetch(`${daemon.baseUrl}/v3/health`).then((r) => r.json())).status, "ok");
  }));

Deno.test("a killed daemon leaves a state file and no lock: the next one takes over", () =>
  withFolder(async (stateDir) => {
    await using killed = await startDaemon({ stateDir });
    await killed.kill("SIGKILL");
    assert(await exists(`${stateDir}/${stateFiles.state}`));
    await using next = await startDaemon({ stateDir });
    assertNotEquals(next.state.daemonId, killed.state.daemonId);
  }));

Deno.test("a taken port is passed over for the next; when all are taken the daemon says which", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using daemon = await startDaemon({ ports: [taken.addr.port, 0] });
  assertNotEquals(daemon.state.port, taken.addr.port);
  const error = await assertRejects(() => startDaemon({ ports: [taken.addr.port] }), Error);
  assertStringIncludes(error.message, `Port ${taken.addr.port} of 127.0.0.1`);
});

Deno.test("everything in the folder is for this user alone [security 5]", async () => {
  await using daemon = await startDaemon();
  const created = await daemon.post("/v3/sessions", {});
  await created.body?.cancel();
  assertEquals(created.status, 201);
  assertEquals((await Deno.stat(daemon.stateDir)).mode! & 0o777, 0o700);
  const files = await Array.fromAsync(Deno.readDir(daemon.stateDir));
  assert(files.length >= 4);
  for (const { name } of files) {
    assertEquals((await Deno.lstat(`${daemon.stateDir}/${name}`)).mode! & 0o777, 0o600, name);
  }
});

Deno.test("a folder that is open to others, or a symlink, is refused [security 5]", () =>
  withFolder(async (folder) => {
    const failure = async (stateDir: string) => {
      const args = ["run", "--quiet", "-A", DAEMON_ENTRY, `--state-dir=${stateDir}`, "--ports=0"];
      const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, stderr: "piped" }).output();
      assertEquals(code, 1);
      return new TextDecoder().decode(stderr);
    };
    await Deno.chmod(folder, 0o755);
    assertStringIncludes(await failure(folder), `chmod 700 ${folder}`);
    await Deno.chmod(folder, 0o700);
    await Deno.mkdir(`${folder}/real`, { mode: 0o700 });
    await Deno.symlink(`${folder}/real`, `${folder}/link`);
    assertStringIncludes(await failure(`${folder}/link`), "is a symlink");
    assertStringIncludes(await failure(`${folder}/none`), "Cannot use");
    assertEquals(await Array.fromAsync(Deno.readDir(`${folder}/real`)), []);
  }));

Deno.test("a non-loopback address is refused [security 12]", () =>
  withFolder(async (stateDir) => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "-A",
        DAEMON_ENTRY,
        `--state-dir=${stateDir}`,
        "--host=0.0.0.0",
      ],
      stderr: "piped",
    }).output();
    assertEquals(code, 2);
    assertStringIncludes(new TextDecoder().decode(stderr), "--host");
  }));

Deno.test("status tells the permissions in force, as the process sees them", async () => {
  await using daemon = await startDaemon();
  const status = DaemonStatus.parse(await (await daemon.fetch("/v3/status")).json());
  assertEquals(status.permissions, {
    net: ["127.0.0.1:0"],
    read: [daemon.stateDir, PAGE_FOLDER],
    write: [daemon.stateDir],
    env: [...DAEMON_VARIABLES, ...HOST_VARIABLES],
    run: [Deno.execPath()],
    sys: [],
    ffi: [],
    import: [],
  });
  assertEquals(status.model.provider, "opta-demo");
  assertEquals(status.storage.path, `${daemon.stateDir}/${stateFiles.database}`);
});

Deno.test("stopping ends a running turn in the log, closes subscribers and exits with 0", () =>
  withFolder(async (stateDir) => {
    await using daemon = await startDaemon({ stateDir, demoPaceMs: 60_000 });
    const post = async (path: string, body: unknown) => await (await daemon.post(path, body)).json();
    const { sessionId } = await post("/v3/sessions", {});
    const stream = await daemon.fetch(`/v3/sse/events?sessionId=${sessionId}`);
    const turn = { clientId: "c", writerId: "w", content: "Count to ten", mode: "chat" };
    await post(`/v3/sessions/${sessionId}/turns`, turn);
    const text = stream.text();
    assertEquals((await daemon.stop()).code, 0);
    const events = await text;
    assertStringIncludes(events, "event: turn.start");
    assertMatch(events, /event: turn\.(error|done)/);
  }));

Deno.test("a second signal ends the daemon at once", async () => {
  await using daemon = await startDaemon({ demoPaceMs: 60_000 });
  const post = async (path: string, body: unknown) => await (await daemon.post(path, body)).json();
  const { sessionId } = await post("/v3/sessions", {});
  await post(`/v3/sessions/${sessionId}/turns`, {
    clientId: "c",
    writerId: "w",
    content: "Count to ten",
    mode: "chat",
  });
  daemon.signal("SIGTERM");
  const stopping = async () => (await (await daemon.fetch("/v3/health")).json()).status === "stopping";
  while (!await stopping()); // two signals that are pending at once are one
  daemon.signal("SIGTERM");
  assertEquals((await daemon.exited).code, 1);
});
