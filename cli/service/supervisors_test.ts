import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { CliError } from "../exit.ts";
import { SupervisorError } from "./ask_supervisor.ts";
import { supervisorOf } from "./choose_supervisor.ts";
import { ownerOf } from "./installed_service.ts";
import { launchd } from "./launchd.ts";
import type { ProgramResult, RunProgram } from "./run_program.ts";
import { systemd } from "./systemd.ts";
import { taskScheduler } from "./task_scheduler.ts";

/** Answers by the first answer whose beginning fits, and otherwise with success; notes what was run. */
function answering(answers: Record<string, Partial<ProgramResult>> = {}): { run: RunProgram; calls: string[] } {
  const calls: string[] = [];
  const run: RunProgram = (name, args) => {
    const call = [name, ...args].join(" ");
    calls.push(call);
    const answer = Object.entries(answers).find(([start]) => call.startsWith(start))?.[1];
    return Promise.resolve({ code: 0, stdout: "", stderr: "", ...answer });
  };
  return { run, calls };
}

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("systemd() enables, restarts and stops the unit of the user", async () => {
  const { run, calls } = answering();
  const unit = systemd({ HOME: "/home/ann" }, run);
  assertEquals(unit.place, "/home/ann/.config/systemd/user/opta.service");
  await unit.enable();
  await unit.restart();
  await unit.stop();
  assertEquals(calls.map((call) => call.replace("systemctl --user ", "")), [
    "daemon-reload",
    "enable opta.service",
    "daemon-reload",
    "reset-failed opta.service",
    "restart opta.service",
    "stop opta.service",
  ]);
});

Deno.test("systemd() honours XDG_CONFIG_HOME, unless it is relative", () => {
  const { run } = answering();
  assertEquals(systemd({ HOME: "/h", XDG_CONFIG_HOME: "/x y" }, run).place, "/x y/systemd/user/opta.service");
  assertEquals(systemd({ HOME: "/h", XDG_CONFIG_HOME: "x" }, run).place, "/h/.config/systemd/user/opta.service");
  assertThrows(() => systemd({}, run), CliError, "HOME is not set");
});

for (
  const [said, state] of [["active", "active"], ["activating", "active"], ["inactive", "idle"], ["failed", "failed"], [
    "",
    "unknown",
  ]]
) {
  Deno.test(`systemd() takes "${said}" for ${state}`, async () => {
    const { run } = answering({ "systemctl --user is-active": { code: 3, stdout: `${said}\n` } });
    assertEquals(await systemd({ HOME: "/h" }, run).state(), state);
  });
}

Deno.test("systemd() says what to do without a session, and when there is no systemctl", async () => {
  const noBus = answering({ systemctl: { code: 1, stderr: "Failed to connect to bus: No medium found\n" } });
  await assertRejects(() => systemd({ HOME: "/h" }, noBus.run).enable(), SupervisorError, "Log in to a session");
  const none = answering({ systemctl: { code: null } });
  await assertRejects(() => systemd({ HOME: "/h" }, none.run).enable(), SupervisorError, "there is no systemctl");
});

Deno.test("systemd() removes unit and link also when systemd cannot be told", () =>
  withFolder(async (folder) => {
    const { run } = answering({ systemctl: { code: 1, stderr: "Failed to connect to bus" } });
    const unit = systemd({ HOME: "/h", XDG_CONFIG_HOME: folder }, run);
    await unit.write("text");
    assertEquals(await unit.read(), "text");
    const wants = join(folder, "systemd/user/default.target.wants");
    await Deno.mkdir(wants);
    await Deno.symlink(unit.place, join(wants, "opta.service"));
    await assertRejects(() => unit.remove(), SupervisorError, "bus");
    assertEquals([await unit.read(), [...Deno.readDirSync(wants)]], [null, []]);
  }));

Deno.test("systemd() reads no unit through a symlink", () =>
  withFolder(async (folder) => {
    const unit = systemd({ XDG_CONFIG_HOME: folder }, answering().run);
    await unit.write("text");
    await Deno.rename(unit.place, join(folder, "elsewhere"));
    await Deno.symlink(join(folder, "elsewhere"), unit.place);
    await assertRejects(() => unit.read(), CliError, "symlink");
  }));

const running = "opta.daemon = {\n\tactive count = 1\n\tstate = running\n}";

Deno.test("launchd() bootstraps an agent, takes out the one of before, and signals for a stop", () =>
  withFolder(async (folder) => {
    const fresh = answering({ "launchctl print": { code: 113 } });
    const agent = launchd({ HOME: folder }, fresh.run, 501);
    await agent.restart();
    await agent.stop();
    const place = join(folder, "Library/LaunchAgents/opta.daemon.plist");
    assertEquals(agent.place, place);
    assertEquals(fresh.calls.filter((call) => !call.includes("print")), [`launchctl bootstrap gui/501 ${place}`]);

    const known = answering({ "launchctl print": { stdout: running } });
    const again = launchd({ HOME: folder }, known.run, 501);
    assertEquals(await again.state(), "active");
    await again.restart();
    await again.stop();
    assertEquals(known.calls.filter((call) => !call.includes("print")), [
      "launchctl bootout gui/501/opta.daemon",
      `launchctl bootstrap gui/501 ${place}`,
      "launchctl kill SIGTERM gui/501/opta.daemon",
    ]);
  }));

Deno.test("launchd() waits for the agent of before to be gone", async () => {
  let tries = 0;
  const { run } = answering({ "launchctl print": { stdout: running } });
  const slow: RunProgram = (name, args) =>
    args[0] === "bootstrap" && ++tries < 3
      ? Promise.resolve({ code: 5, stdout: "", stderr: "Bootstrap failed: 5: Input/output error" })
      : run(name, args);
  await launchd({ HOME: "/Users/ann" }, slow, 501, 0).restart();
  assertEquals(tries, 3);
});

Deno.test("launchd() says what to do without a login on the screen", async () => {
  const { run } = answering({
    "launchctl print": { code: 113 },
    "launchctl bootstrap": { code: 125, stderr: "Bootstrap failed: 125: Domain does not support specified action" },
  });
  await assertRejects(
    () => launchd({ HOME: "/Users/ann" }, run, 501).restart(),
    SupervisorError,
    "Log in on the screen",
  );
});

for (
  const [said, state] of [["state = running", "active"], ["state = not running", "idle"], [
    "state = not running\n\tlast exit code = 1",
    "failed",
  ]]
) {
  Deno.test(`launchd() takes ${JSON.stringify(said)} for ${state}`, async () => {
    const { run } = answering({ "launchctl print": { stdout: `opta.daemon = {\n\t${said}\n}` } });
    assertEquals(await launchd({ HOME: "/Users/ann" }, run, 501).state(), state);
  });
}

Deno.test("taskScheduler() creates the task from a file that it removes again", async () => {
  let xml = new Uint8Array();
  const { run, calls } = answering({ "schtasks /Query": { code: 1 } });
  const reading: RunProgram = async (name, args) => {
    if (args[0] === "/Create") xml = await Deno.readFile(args[args.indexOf("/XML") + 1]!);
    return await run(name, args);
  };
  const task = taskScheduler({ USERNAME: "ann", USERDOMAIN: "PC" }, reading);
  assertEquals(await task.read(), null);
  await task.write("<Task>ü</Task>");
  assertEquals(new TextDecoder("utf-16le").decode(xml), "<Task>ü</Task>");
  assertEquals([xml[0], xml[1]], [0xff, 0xfe]);
  const path = /\/XML (.*) \/F/.exec(calls[1] ?? "")![1]!;
  await assertRejects(() => Deno.stat(path), Deno.errors.NotFound);
});

for (const quote of ['"', "&quot;"]) {
  Deno.test(`ownerOf() knows the folder of a task, not by the beginning of its name, with quotes as ${quote}`, () => {
    const task = taskScheduler({ USERNAME: "ann" }, answering().run);
    const facts = { command: ["deno"], environment: {}, home: "C:\\opta 2", outputFile: "" } as const;
    const text = task.compose(facts).replaceAll("&quot;", quote);
    const owners = ["C:\\opta 2", "C:\\opta"].map((home) => ownerOf(task, text, home));
    assertEquals(owners, ["this folder", "another folder"]);
  });
}

Deno.test("taskScheduler() refuses a folder that the task would not see", async () => {
  const env = { USERNAME: "ann", OPTA_HOME: "C:\\opta" };
  const unset = answering({ reg: { code: 1 } });
  await assertRejects(() => taskScheduler(env, unset.run).write(""), CliError, "setx OPTA_HOME C:\\opta");
  const set = answering({ reg: { stdout: "    OPTA_HOME    REG_SZ    C:\\opta\n" } });
  await taskScheduler(env, set.run).write("");
  assertStringIncludes(set.calls.join("\n"), "schtasks /Create");
});

Deno.test("supervisorOf() says so where none is known", () => {
  const { run } = answering();
  assertThrows(() => supervisorOf({ env: {}, run, os: "freebsd" }), CliError, "opta daemon start");
});
