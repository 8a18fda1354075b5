import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { PAGE_FOLDER } from "../cli/daemon_control/permissions.ts";

const main = fileURLToPath(new URL("../cli/main.ts", import.meta.url));

/** A user's machine with the `opta` command and nothing else; whatever daemon runs there ends with it. */
class Machine implements AsyncDisposable {
  readonly home: string;
  readonly #env: Record<string, string>;

  private constructor(home: string) {
    this.home = home;
    this.#env = { OPTA_HOME: home, OPTA_DAEMON_PORT: "0", OPTA_PROVIDER: "demo", NO_COLOR: "1" };
  }

  static async create(): Promise<Machine> {
    return new Machine(await Deno.makeTempDir({ prefix: "opta-" }));
  }

  command(args: string, env: Record<string, string> = {}): Deno.Command {
    return new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", main, ...args.split(" ")],
      env: { ...this.#env, ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
  }

  async opta(args: string, env?: Record<string, string>): Promise<{ code: number; stdout: string; stderr: string }> {
    const { code, stdout, stderr } = await this.command(args, env).output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  /** The one JSON document of a command that succeeds. */
  async json(args: string, env?: Record<string, string>) {
    const { code, stdout, stderr } = await this.opta(`${args} --json`, env);
    assertEquals(code, 0, stderr);
    return JSON.parse(stdout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { code, stderr } = await this.opta("daemon stop");
    assertEquals(code, 0, stderr);
    await Deno.remove(this.home, { recursive: true });
  }
}

Deno.test("opta daemon start, status, restart and stop", async () => {
  await using machine = await Machine.create();
  const started = await machine.json("daemon start");
  assertEquals([started.running, started.alreadyRunning], [true, false]);
  const again = await machine.json("daemon start");
  assertEquals([again.alreadyRunning, again.daemonId], [true, started.daemonId]);

  const status = await machine.json("daemon status");
  assertEquals([status.running, status.daemonId, status.pid], [true, started.daemonId, started.pid]);
  assertEquals(status.model.provider, "opta-demo");
  const table = (await machine.opta("daemon status")).stdout;
  for (
    const row of [
      "PID",
      "URL",
      "Version",
      "Uptime",
      "Model",
      "Sessions",
      "Memory",
      "Storage",
      "Checkpoints",
      "Sandbox",
      "Log",
      "May net",
    ]
  ) {
    assertMatch(table, new RegExp(`^${row} `, "m"));
  }

  const restarted = await machine.json("daemon restart");
  assert(restarted.daemonId !== started.daemonId);
  assertEquals((await machine.json("daemon stop")).wasRunning, true);
  assertEquals((await machine.json("daemon stop")).wasRunning, false);
  assertEquals((await machine.opta("daemon status")).code, 4);
});

Deno.test("opta daemon status shows permissions for the daemon's own address, folder, variables and tool hosts alone [security 7]", async () => {
  await using machine = await Machine.create();
  await machine.json("daemon start");
  const { permissions } = await machine.json("daemon status");
  const stateDir = await Deno.realPath(`${machine.home}/daemon`);
  assertEquals([permissions.read, permissions.write], [[stateDir, PAGE_FOLDER], [stateDir]]);
  assertEquals(permissions.run, [Deno.execPath()], "for the children that its tools run in");
  for (const name of ["ffi", "sys", "import"]) assertEquals(permissions[name] ?? [], []);
});

Deno.test("opta daemon start: several at once give one daemon, and each says so", async () => {
  await using machine = await Machine.create();
  const started = await Promise.all(Array.from({ length: 4 }, () => machine.json("daemon start")));
  assertEquals(new Set(started.map(({ daemonId }) => daemonId)).size, 1);
  assertEquals(started.filter(({ alreadyRunning }) => !alreadyRunning).length, 1);
});

Deno.test("opta daemon start replaces a daemon that was killed, and one whose state file is damaged", async () => {
  await using machine = await Machine.create();
  const first = await machine.json("daemon start");
  Deno.kill(first.pid, "SIGKILL");
  const second = await machine.json("daemon start");
  assert(second.daemonId !== first.daemonId);
  Deno.kill(second.pid, "SIGKILL");
  await Deno.writeTextFile(`${machine.home}/daemon/state.json`, '{"pid":');
  assertEquals((await machine.json("daemon start")).alreadyRunning, false);
});

Deno.test("opta daemon start says what is wrong when the daemon cannot listen", async () => {
  await using machine = await Machine.create();
  using squatter = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { code, stdout, stderr } = await machine.opta(`daemon start --port ${squatter.addr.port}`);
  assertEquals([code, stdout], [4, ""]);
  assertStringIncludes(stderr, String(squatter.addr.port));
});

Deno.test("opta daemon start keeps the token and every secret out of argv and out of what is printed [security 3]", async () => {
  await using machine = await Machine.create();
  const secrets = { OPTA_API_KEY: "sk-very-secret-1", OPTA_LMX_ADMIN_KEY: "sk-very-secret-2" };
  const outputs = [
    await machine.opta("daemon start --json", secrets),
    await machine.opta("daemon status --json"),
    await machine.opta("daemon status"),
    await machine.opta("daemon logs"),
  ].flatMap(({ stdout, stderr }) => [stdout, stderr]);
  const state = JSON.parse(await Deno.readTextFile(`${machine.home}/daemon/state.json`));
  if (Deno.build.os === "linux") outputs.push(await Deno.readTextFile(`/proc/${state.pid}/cmdline`));
  for (const secret of [state.token, ...Object.values(secrets)]) {
    assertEquals(outputs.some((text) => text.includes(secret)), false);
  }
});

Deno.test("opta daemon gives the daemon an environment of its own [security 8]", async () => {
  if (Deno.build.os !== "linux") return; // only there can another process's environment be read
  await using machine = await Machine.create();
  const { pid } = await machine.json("daemon start", { GITHUB_TOKEN: "x", OPTA_API_KEY: "k", LD_LIBRARY_PATH: "/x" });
  const environ = (await Deno.readTextFile(`/proc/${pid}/environ`)).split("\0");
  const names = environ.filter(Boolean).map((entry) => entry.slice(0, entry.indexOf("=")));
  assert(names.includes("OPTA_API_KEY") && names.includes("OPTA_BOOT_ID"));
  assertEquals(names.filter((name) => ["GITHUB_TOKEN", "LD_LIBRARY_PATH", "OPTA_HOME"].includes(name)), []);
});

Deno.test("every file in the daemon's folder is the owner's alone [security 5]", async () => {
  await using machine = await Machine.create();
  await machine.json("daemon start");
  const folder = `${machine.home}/daemon`;
  assertEquals((await Deno.lstat(folder)).mode! & 0o777, 0o700);
  for await (const { name } of Deno.readDir(folder)) {
    assertEquals([name, (await Deno.lstat(`${folder}/${name}`)).mode! & 0o777], [name, 0o600]);
  }
});

Deno.test("opta daemon logs prints lines for people, or one JSON array", async () => {
  await using machine = await Machine.create();
  await machine.json("daemon start");
  assertMatch((await machine.opta("daemon logs")).stdout, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d INFO /);
  const entries = await machine.json("daemon logs -n 1");
  assertEquals(entries.length, 1);
  assertEquals(typeof entries[0].message, "string");
});

Deno.test("opta daemon logs --session and --level show what they name, -f as well", async () => {
  await using machine = await Machine.create();
  await machine.json("daemon start");
  for (const task of ["hello", "count"]) assertEquals((await machine.opta(`do ${task}`)).code, 0);
  const all: { level: string; facts: { sessionId?: string } }[] = await machine.json("daemon logs");
  const [first = "", second = ""] = new Set(all.flatMap(({ facts: { sessionId } }) => sessionId ? [sessionId] : []));
  const start = first.replace("sess_", "").slice(0, 12);
  const own: typeof all = await machine.json(`daemon logs --session ${start}`);
  assertEquals(own, all.filter(({ facts }) => facts.sessionId === first));
  assert(own.length > 0 && second !== "", "each has lines of its own");
  const ends = await machine.json(`daemon logs --session ${first} --level info -n 5`);
  assertEquals(ends.map(({ message }: { message: string }) => message), ["A turn has ended"]);

  const child = machine.command(`daemon logs -f -n 1 --json --level info --session ${start}`).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  assertStringIncludes((await lines.read()).value ?? "", "A turn has ended"); // from here on it follows
  const path = `${machine.home}/daemon/daemon.log`;
  const wanted = JSON.stringify({ level: "WARN", message: "this", facts: { sessionId: first } });
  const others = ["DEBUG", "INFO"].map((level, i) =>
    JSON.stringify({ level, facts: { sessionId: [first, second][i] } })
  );
  await Deno.writeTextFile(path, [...others, wanted].map((line) => `${line}\n`).join(""), { append: true });
  assertEquals((await lines.read()).value, `${wanted}\n`);
  child.kill("SIGINT");
  assertEquals((await child.status).code, 130);
  await lines.cancel();
  await child.stderr.cancel();
});

Deno.test("opta daemon logs -f shows lines as they come, until Ctrl-C", async () => {
  await using machine = await Machine.create();
  await machine.json("daemon start");
  const child = machine.command("daemon logs -f -n 1 --json").spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  assertStringIncludes((await lines.read()).value ?? "", '"level"'); // from here on it follows
  const line = lines.read();
  await Deno.writeTextFile(`${machine.home}/daemon/daemon.log`, '{"message":"hello"}\n', { append: true });
  assertEquals((await line).value, '{"message":"hello"}\n');
  child.kill("SIGINT");
  assertEquals((await child.status).code, 130);
  await lines.cancel();
  await child.stderr.cancel();
});

Deno.test("opta daemon run stays in the foreground, and a signal ends it cleanly", async () => {
  await using machine = await Machine.create();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const child = machine.command("daemon run --json").spawn();
    const printed = new Response(child.stdout).text();
    const said = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
    assert(!(await said.read()).done); // it says that it listens
    const { pid } = await machine.json("daemon start"); // finds it, and starts no other
    assert(pid !== child.pid);
    assertStringIncludes((await machine.opta("daemon run")).stderr, "running already");
    child.kill(signal);
    assertEquals((await child.status).code, 0);
    await said.cancel();
    assertEquals(JSON.parse(await printed).pid, pid, "one document, and nothing else");
    assertEquals((await machine.opta("daemon status")).code, 4);
  }
});

Deno.test("opta config set tells that a running daemon does not see it yet", async () => {
  await using machine = await Machine.create();
  assertEquals((await machine.opta("config set connection.host 192.0.2.1")).stderr, "");
  await machine.json("daemon start");
  const { code, stdout, stderr } = await machine.opta("config set connection.port 4321");
  assertEquals([code, stdout], [0, ""]);
  assertStringIncludes(stderr, 'takes effect after "opta daemon restart"');
});

Deno.test("opta daemon start --device says that the running daemon uses another model server", async () => {
  await using machine = await Machine.create();
  await machine.json("daemon start --device 192.0.2.1:1234");
  const { code, stderr } = await machine.opta("daemon start --device 192.0.2.2");
  assertEquals(code, 0);
  assertStringIncludes(stderr, "its model server is 192.0.2.1:1234, not 192.0.2.2:1234");
  const { permissions } = await machine.json("daemon status");
  assert(permissions.net.includes("192.0.2.1:1234"));
});

Deno.test("opta sends nothing that is meant for the daemon through a proxy", async () => {
  await using machine = await Machine.create();
  const seen: string[] = [];
  const proxy = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    seen.push(request.url);
    return new Response("from the proxy");
  });
  const address = `http://127.0.0.1:${proxy.addr.port}`;
  const proxied = { HTTP_PROXY: address, http_proxy: address, ALL_PROXY: address, NO_PROXY: "internal.example" };
  const env = { ...proxied, DENO_NO_UPDATE_CHECK: "1" }; // Deno's own request is none of ours
  try {
    await machine.json("daemon start", env);
    assertEquals((await machine.json("daemon status", env)).running, true);
  } finally {
    await proxy.shutdown();
  }
  assertEquals(seen, []);
});
