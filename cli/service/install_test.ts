import { stateFiles } from "@opta/protocol";
import { assert, assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { findDaemon } from "../daemon_control/find.ts";
import { loadLaunch } from "../daemon_control/launch_settings.ts";
import { startDaemon } from "../daemon_control/start.ts";
import { TestHome } from "../daemon_control/testdata/test_home.ts";
import { CliError } from "../exit.ts";
import { ensureFolders } from "../paths.ts";
import { installService } from "./install.ts";
import { MARKER } from "./service_facts.ts";
import { MemorySupervisor } from "./testdata/memory_supervisor.ts";
import { startAsService } from "./start_service.ts";
import { uninstallService } from "./uninstall.ts";

async function withHome(
  test: (parts: {
    home: TestHome;
    supervisor: MemorySupervisor;
    install: () => ReturnType<typeof installService>;
    pid: () => Promise<number | null>;
  }) => Promise<void>,
): Promise<void> {
  await using home = await TestHome.create();
  const supervisor = new MemorySupervisor(home);
  const { paths, env } = home;
  await test({
    home,
    supervisor,
    install: () => installService({ paths, env, supervisor }),
    async pid() {
      const found = await findDaemon(paths.stateDir);
      return found.kind === "absent" ? null : found.state.pid;
    },
  });
}

Deno.test("installService() writes, enables and starts; once more, it leaves all as it is", () =>
  withHome(async ({ home, supervisor, install, pid }) => {
    const first = await install();
    assertEquals([first.written, first.enabled, first.problem, first.notes], [true, true, null, []]);
    assertEquals(first.daemon?.pid, await pid());
    assertStringIncludes(supervisor.text ?? "", MARKER);
    assertEquals((await Deno.stat(`${home.paths.stateDir}/daemon.stderr`)).mode! & 0o777, 0o600);

    const again = await install();
    assertEquals([again.written, again.enabled, again.daemon], [false, true, first.daemon]);
    assertEquals(supervisor.calls, ["enable", "restart", "enable"]);
  }));

Deno.test("installService() takes the place of a daemon that was started by hand and has nothing to do", () =>
  withHome(async ({ home, install, pid }) => {
    const { daemon } = await startDaemon(home.fakeDaemon());
    const { daemon: now, notes } = await install();
    assertNotEquals(now?.pid, daemon.state.pid);
    assertEquals([now?.pid, notes], [await pid() ?? undefined, []]);
  }));

for (const [misbehaviour, why] of [["busy", "a turn runs or waits"], ["next-contract", "upgrade opta"]] as const) {
  Deno.test(`installService() leaves a ${misbehaviour} daemon that was started by hand alone, and says so`, () =>
    withHome(async ({ home, supervisor, install, pid }) => {
      const starting = startDaemon(home.fakeDaemon(misbehaviour));
      await starting.catch(() => {}); // one of another contract is no success
      const before = await pid();
      const { enabled, notes, problem } = await install();
      assertEquals([enabled, problem, await pid()], [true, null, before]);
      assertStringIncludes(notes.join(), why);
      assertStringIncludes(notes.join(), "opta daemon restart");
      assertEquals(supervisor.calls, ["enable"], "nothing else is started beside it");
    }));
}

Deno.test("installService() restarts a service whose description has changed", () =>
  withHome(async ({ supervisor, install }) => {
    const first = await install();
    supervisor.text += "# of an earlier release\n";
    const second = await install();
    assertEquals([second.written, second.problem], [true, null]);
    assertNotEquals(second.daemon?.pid, first.daemon?.pid);
    assert(!supervisor.text?.includes("earlier release"));
  }));

Deno.test("installService() costs nobody the running daemon when the supervisor cannot be reached", () =>
  withHome(async ({ home, supervisor, install, pid }) => {
    const { daemon } = await startDaemon(home.fakeDaemon());
    supervisor.fault = "there is no session";
    const { enabled, problem, written } = await install();
    assertEquals([written, enabled, problem], [true, false, "the memory is written, but there is no session"]);
    assertEquals(await pid(), daemon.state.pid);
  }));

Deno.test("installService() writes nothing over what is not its own, or with settings that cannot be used", () =>
  withHome(async ({ home, supervisor, install }) => {
    supervisor.text = "[Unit]\nDescription=mine\n";
    await assertRejects(install, CliError, "is not Opta's");
    assertEquals(supervisor.text, "[Unit]\nDescription=mine\n");
    supervisor.text = null;
    const env = { ...home.env, OPTA_DAEMON_PORT: "many" };
    await assertRejects(() => installService({ paths: home.paths, env, supervisor }), CliError, "many");
    assertEquals([supervisor.text, supervisor.calls], [null, []]);
  }));

Deno.test("installService() says that the service was that of another folder", () =>
  withHome(async ({ supervisor, install }) => {
    supervisor.text = `# ${MARKER}\n# Home: "/elsewhere"\n`;
    assertStringIncludes((await install()).notes.join(), "another OPTA_HOME");
  }));

Deno.test("neither installService() nor startAsService() starts beside a command that has the sessions", () =>
  withHome(async ({ home: { paths, env }, supervisor, install }) => {
    await ensureFolders(paths);
    using file = await Deno.open(`${paths.stateDir}/${stateFiles.lock}`, { create: true, read: true, write: true });
    const holder = { kind: "command", pid: Deno.pid, since: "2026-11-22T10:00:00.000Z" };
    await file.write(new TextEncoder().encode(JSON.stringify(holder)));
    await file.lock(true);
    const { enabled, notes, problem, daemon } = await install();
    assertEquals([enabled, problem, daemon], [true, null, null]);
    assertStringIncludes(notes.join(), `--no-daemon has the sessions (pid ${Deno.pid}`);
    const launch = await loadLaunch(paths, env);
    assertEquals(await startAsService({ paths, env, launch, service: supervisor }), { daemon: null, note: null });
    assertEquals(supervisor.calls, ["enable"]);
  }));

Deno.test("uninstallService() stops the service and removes it; what is not there, or not its own, it leaves", () =>
  withHome(async ({ home: { paths }, supervisor, install, pid }) => {
    assertEquals((await uninstallService(paths, supervisor)).wasInstalled, false);
    await install();
    const { wasInstalled, problem, daemon } = await uninstallService(paths, supervisor);
    assertEquals([wasInstalled, problem, daemon, supervisor.text], [true, null, null, null]);
    assertEquals(await pid(), null);
    supervisor.text = "[Unit]\n";
    await assertRejects(() => uninstallService(paths, supervisor), CliError, "left alone");
    assertEquals(supervisor.text, "[Unit]\n");
  }));

Deno.test("uninstallService() leaves the service of another folder alone", () =>
  withHome(async ({ home: { paths }, supervisor }) => {
    const text = supervisor.text = `# ${MARKER}\n# Home: "${paths.home}-too"\n`;
    await assertRejects(() => uninstallService(paths, supervisor), CliError, "another OPTA_HOME");
    assertEquals([supervisor.text, supervisor.calls], [text, []]);
  }));

Deno.test("uninstallService() without a way to the supervisor removes the description and says what is left to do", () =>
  withHome(async ({ home: { paths }, supervisor, install }) => {
    await install();
    supervisor.fault = "there is no session";
    const { problem, daemon } = await uninstallService(paths, supervisor);
    assertStringIncludes(problem ?? "", 'there is no session. If its daemon runs, end it with "opta daemon stop"');
    assertEquals([supervisor.text, daemon !== null], [null, true]);
  }));
