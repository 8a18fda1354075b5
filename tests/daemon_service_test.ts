import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { Opta } from "./support/opta.ts";

/** A user's machine with a systemd of sorts: `systemctl` is a script that does run the unit. */
class Machine implements AsyncDisposable {
  private constructor(readonly opta: Opta, readonly folder: string) {}

  static async create(env: Record<string, string> = {}): Promise<Machine> {
    const folder = await Deno.makeTempDir({ prefix: "opta-systemd-" });
    await Deno.copyFile(new URL("support/fake_systemctl.sh", import.meta.url), `${folder}/systemctl`);
    await Deno.chmod(`${folder}/systemctl`, 0o755);
    const path = `${folder}:${Deno.env.get("PATH")}`;
    const all = { FAKE_SYSTEMD: folder, XDG_CONFIG_HOME: `${folder}/config`, PATH: path, OPTA_PROVIDER: "", ...env };
    const opta = await Opta.create(all);
    await opta.run(["config", "set", "provider.active", "demo"]); // a service knows settings from the config alone
    return new Machine(opta, folder);
  }

  get unit(): string {
    return `${this.folder}/config/systemd/user/opta.service`;
  }

  /** The one JSON document of a command that succeeds. */
  async json(...words: string[]) {
    const { code, stdout, stderr } = await this.opta.run([...words, "--json"]);
    assertEquals(code, 0, stderr);
    return JSON.parse(stdout);
  }

  /** What `systemctl` was told since the last call. */
  async calls(): Promise<string[]> {
    const text = await Deno.readTextFile(`${this.folder}/calls`).catch(() => "");
    await Deno.writeTextFile(`${this.folder}/calls`, "");
    return text.trim().split("\n").filter((call) => !call.includes("is-active"))
      .map((call) => call.replace("--user ", ""));
  }

  isEnabled(): Promise<boolean> {
    return Deno.stat(`${this.folder}/enabled`).then(() => true, () => false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.opta[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}

const isLinux = Deno.build.os === "linux";

Deno.test({
  name: "opta daemon install, start, restart, stop and uninstall go by way of systemd",
  ignore: !isLinux,
  async fn() {
    await using machine = await Machine.create();
    const installed = await machine.json("daemon", "install");
    assertEquals([installed.written, installed.enabled, installed.problem], [true, true, null]);
    assertEquals(installed.place, machine.unit);
    assertEquals(await machine.isEnabled(), true);
    assertStringIncludes((await machine.calls()).join(), "enable opta.service");
    const status = await machine.json("daemon", "status");
    assertEquals([status.pid, status.service.state], [installed.daemon.pid, "active"]);
    const row = /^Service +that of systemd runs \(.*opta\.service\)$/m;
    assertMatch((await machine.opta.run(["daemon", "status"])).stdout, row);

    const again = await machine.json("daemon", "install");
    assertEquals([again.written, again.daemon], [false, installed.daemon], "nothing changes");

    const restarted = await machine.json("daemon", "restart");
    assertNotEquals(restarted.pid, installed.daemon.pid);
    assertStringIncludes((await machine.calls()).join(), "restart opta.service");

    const stopped = await machine.json("daemon", "stop");
    assertEquals([stopped.wasRunning, stopped.pid], [true, restarted.pid]);
    assertEquals(await machine.calls(), ["stop opta.service"]);
    const none = await machine.opta.run(["daemon", "status"]);
    assertEquals(none.code, 4);
    assertMatch(none.stdout, /^Service +that of systemd does not run now/m);
    const { checks } = JSON.parse((await machine.opta.run(["doctor", "--json"])).stdout);
    const service = checks.find(({ name }: { name: string }) => name === "service");
    assertMatch(service.detail, /^That of systemd does not run now/);

    assertEquals((await machine.json("daemon", "start")).alreadyRunning, false);
    assertStringIncludes((await machine.calls()).join(), "restart opta.service");
    assertMatch(await Deno.readTextFile(`${machine.folder}/journal`), /info The daemon listens/);

    const removed = await machine.json("daemon", "uninstall");
    assertEquals([removed.wasInstalled, removed.problem, removed.daemon], [true, null, null]);
    assertEquals([await machine.isEnabled(), (await machine.opta.run(["daemon", "status"])).code], [false, 4]);
    assertEquals((await machine.json("daemon", "uninstall")).wasInstalled, false);
    assertMatch((await machine.opta.run(["daemon", "status"])).stdout, /^Service +not installed$/m);
  },
});

Deno.test({
  name: "opta daemon install takes over from a daemon that was started by hand",
  ignore: !isLinux,
  async fn() {
    await using machine = await Machine.create();
    const { pid } = await machine.json("daemon", "start");
    const { daemon } = await machine.json("daemon", "install");
    assertNotEquals(daemon.pid, pid);
    assertEquals((await machine.json("daemon", "status")).pid, daemon.pid, "there is one");
  },
});

Deno.test({
  name: "opta daemon install without a session says what was written and what to do, and ends nothing",
  ignore: !isLinux,
  async fn() {
    await using machine = await Machine.create();
    await Deno.writeTextFile(`${machine.folder}/no-bus`, "");
    const { pid } = await machine.json("daemon", "start");
    const { code, stdout, stderr } = await machine.opta.run(["daemon", "install"]);
    assertEquals([code, stdout], [1, `${machine.unit} is written\n`]);
    assertStringIncludes(stderr, "is written, but");
    assertStringIncludes(stderr, "Log in to a session of your own");
    assertEquals((await machine.json("daemon", "status")).pid, pid);

    const removal = await machine.opta.run(["daemon", "uninstall"]);
    assertEquals(removal.code, 1);
    assertStringIncludes(removal.stderr, 'end it with "opta daemon stop"');
    assertEquals(await Deno.stat(machine.unit).catch(() => null), null);
  },
});

Deno.test({
  name: "opta daemon install and uninstall leave a unit alone that is not Opta's",
  ignore: !isLinux,
  async fn() {
    await using machine = await Machine.create();
    await Deno.mkdir(`${machine.folder}/config/systemd/user`, { recursive: true });
    await Deno.writeTextFile(machine.unit, "[Service]\nExecStart=/bin/true\n");
    for (const verb of ["install", "uninstall"]) {
      const { code, stderr } = await machine.opta.run(["daemon", verb]);
      assertEquals(code, 1);
      assertStringIncludes(stderr, "is not Opta's");
    }
    assertEquals(await Deno.readTextFile(machine.unit), "[Service]\nExecStart=/bin/true\n");
    assertEquals(await machine.calls(), [""]);
  },
});

Deno.test({
  name: "opta daemon install writes no secret, and tells which settings the service does not see [security 3]",
  ignore: !isLinux,
  async fn() {
    await using machine = await Machine.create({ OPTA_API_KEY: "sk-very-secret", OPTA_MODEL: "opta-demo" });
    const { code, stdout, stderr } = await machine.opta.run(["daemon", "install", "--json"]);
    assertEquals(code, 0);
    assertStringIncludes(stderr, "does not see OPTA_MODEL, OPTA_API_KEY");
    assertEquals(
      [await Deno.readTextFile(machine.unit), stdout, stderr].some((text) => text.includes("secret")),
      false,
    );
    await machine.json("daemon", "stop");
    const { code: started, stderr: said } = await machine.opta.run(["daemon", "start"]);
    assertEquals(started, 0);
    assertStringIncludes(said, "apart from its service");
  },
});

Deno.test("opta daemon run --if-none is content with a daemon that runs already", async () => {
  await using opta = await Opta.create();
  assertEquals((await opta.run(["daemon", "start"])).code, 0);
  const { code, stderr } = await opta.run(["daemon", "run", "--if-none"]);
  assertEquals(code, 0);
  assert(stderr.includes("is running already"));
  assertEquals((await opta.run(["daemon", "run"])).code, 1);
});
