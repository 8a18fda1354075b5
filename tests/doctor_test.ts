/** `opta doctor` as a user runs it: with the real daemon, and where not even the home folder can be read. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { freePort } from "./support/free_port.ts";
import { optaAt, startLmx } from "./support/lmx_machine.ts";
import { Opta, type Outcome } from "./support/opta.ts";

interface Found {
  name: string;
  status: string;
  detail: string;
}

function findingsOf({ stdout, stderr }: Outcome): Map<string, Found> {
  assertEquals(stderr, "");
  const { checks } = JSON.parse(stdout) as { checks: Found[] };
  return new Map(checks.map((check) => [check.name, check]));
}

async function stateOf(opta: Opta): Promise<{ pid: number; port: number }> {
  return JSON.parse(await Deno.readTextFile(`${opta.home}/daemon/state.json`));
}

Deno.test("opta doctor finds nothing wrong with a daemon that runs, and what its model server is", async () => {
  await using fake = await startLmx();
  await using opta = await optaAt(fake);
  await opta.run(["daemon", "start"]);
  const outcome = await opta.run(["doctor", "--json"]);
  const found = findingsOf(outcome);
  assertEquals(outcome.code, 0);
  assertMatch(found.get("daemon")!.detail, /^Runs at http:\/\/127\.0\.0\.1:\d+ \(pid \d+, version [\d.]+\)$/);
  assertMatch(found.get("port")!.detail, /^The daemon listens on \d+$/);
  assertMatch(found.get("model server")!.detail, /^127\.0\.0\.1:\d+: Opta LMX 0\.9\.0(?:, \d+ ms)?, \d+ models?/);
  assertEquals([found.get("database")!.status, found.get("terminal")!.status], ["skipped", "skipped"]);
  const { code, stdout } = await opta.run(["doctor"]);
  assertEquals(code, 0);
  assertMatch(stdout, /^ok +runtime +Deno /);
  assertMatch(stdout, /\n\n16 checks: \d+ ok/);
});

Deno.test("opta doctor starts nothing, changes nothing without --fix, and shows the state after it", async () => {
  await using opta = await Opta.create();
  await Deno.writeTextFile(`${opta.home}/config.json`, "{}");
  await Deno.chmod(`${opta.home}/config.json`, 0o644);
  const before = await opta.run(["doctor", "--json"]);
  assertEquals([before.code, JSON.parse(before.stdout).ok], [1, false]);
  assertEquals((await Deno.stat(`${opta.home}/config.json`)).mode! & 0o777, 0o644);
  assertEquals((await Array.fromAsync(Deno.readDir(opta.home))).map(({ name }) => name), ["config.json"]);
  const after = await opta.run(["doctor", "--fix", "--json"]);
  const { ok, checks, fixes } = JSON.parse(after.stdout);
  assertEquals([after.code, ok, checks.length], [0, true, 16]);
  assertEquals(fixes.map(({ name, ok }: { name: string; ok: boolean }) => [name, ok]), [
    ["home folder", true],
    ["private files", true],
  ]);
  assertMatch((await opta.run(["doctor", "--fix"])).stdout, /^Nothing to repair\.\n\nok /);
});

Deno.test("opta doctor exits with 3 when the configured model server alone is gone", async () => {
  await using opta = await optaAt({ host: "127.0.0.1", port: freePort() });
  const apart = await opta.run(["doctor", "--json"]);
  assertEquals([apart.code, findingsOf(apart).get("model server")!.status], [3, "failed"]);
  await opta.run(["daemon", "start"]);
  const through = await opta.run(["doctor", "--json"]);
  assertEquals(through.code, 3);
  assertMatch(findingsOf(through).get("model server")!.detail, /^Cannot reach/);
});

Deno.test({
  name: "opta doctor says that a daemon hangs, and leaves its state file alone",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using opta = await Opta.create();
    await opta.run(["daemon", "start"]);
    const { pid } = await stateOf(opta);
    Deno.kill(pid, "SIGSTOP");
    try {
      const outcome = await opta.run(["doctor", "--fix", "--json"]);
      const found = findingsOf(outcome).get("daemon")!;
      assertEquals([outcome.code, found.status], [1, "failed"]);
      assertMatch(found.detail, new RegExp(`does not answer.*end that process \\(pid ${pid}\\)`));
      assertEquals((await stateOf(opta)).pid, pid);
    } finally {
      Deno.kill(pid, "SIGCONT");
    }
  },
});

Deno.test("opta doctor --fix removes what a killed daemon left, and finds its database whole", async () => {
  await using opta = await Opta.create();
  await opta.run(["do", "say hello"]);
  const { pid } = await stateOf(opta);
  Deno.kill(pid, "SIGKILL");
  const outcome = await opta.run(["doctor", "--fix", "--json"]);
  const found = findingsOf(outcome);
  assertEquals(outcome.code, 0);
  assertEquals([found.get("database")!.status, found.get("database")!.detail], ["ok", "SQLite finds it whole"]);
  assertMatch(found.get("daemon")!.detail, /^Does not run: it starts with/);
  assertStringIncludes((await opta.run(["sessions", "list"])).stdout, "say hello"); // the next daemon finds all of it
});

Deno.test("opta doctor tells of a damaged state file under a daemon that lives, and --fix restores it", async () => {
  await using opta = await Opta.create();
  await opta.run(["daemon", "start"]);
  const { pid } = await stateOf(opta);
  await Deno.writeTextFile(`${opta.home}/daemon/state.json`, "{");
  const found = findingsOf(await opta.run(["doctor", "--json"])).get("daemon")!;
  assertEquals(found.status, "warning");
  assertMatch(found.detail, /but its state file is damaged/);
  assertEquals(await Deno.readTextFile(`${opta.home}/daemon/state.json`), "{");
  assertEquals((await opta.run(["doctor", "--fix"])).code, 0);
  assertEquals((await stateOf(opta)).pid, pid);
});

/** Root may read everything, unless it gives that up. */
const ordinary = Deno.uid() === 0 ? ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] : [];
const canBeOrdinary = ordinary.length === 0 ||
  await new Deno.Command("setpriv", { args: ["--version"] }).output().then(({ success }) => success, () => false);

Deno.test({
  name: "opta doctor does not crash where it may read nothing, and --fix opens what is its own",
  ignore: !canBeOrdinary,
  fn: async () => {
    await using opta = await Opta.create();
    await opta.run(["doctor", "--fix"]);
    await Deno.chmod(opta.home, 0o000);
    const run = async (...flags: string[]) => {
      const main = new URL("../cli/main.ts", import.meta.url).pathname;
      const [program = "", ...args] = [...ordinary, Deno.execPath(), "run", "-A", "--quiet", main, "doctor", ...flags];
      const env = { OPTA_HOME: opta.home, OPTA_DAEMON_PORT: "0", OPTA_PROVIDER: "demo" };
      const { code, stdout, stderr } = await new Deno.Command(program, { args, env }).output();
      const decoder = new TextDecoder();
      return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
    };
    const closed = await run("--json");
    const found = findingsOf(closed);
    assertEquals([closed.code, found.get("home folder")!.status], [1, "failed"]);
    for (const name of ["private files", "config", "daemon", "database"]) {
      assertEquals(found.get(name)!.status, "skipped");
    }
    const opened = await run("--fix", "--json");
    assertEquals([opened.code, JSON.parse(opened.stdout).ok], [0, true]);
    await Deno.chmod(`${opta.home}/daemon`, 0o500);
    assertEquals((await run("--json")).code, 1);
    await Deno.chmod(`${opta.home}/daemon`, 0o700);
  },
});

Deno.test("opta doctor without a home folder says so in its one document", async () => {
  const main = new URL("../cli/main.ts", import.meta.url).pathname;
  const { PATH = "", DENO_DIR = `${Deno.env.get("HOME")}/.cache/deno` } = Deno.env.toObject();
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", main, "doctor", "--json", "--fix"],
    env: { PATH, DENO_DIR },
    clearEnv: true,
  });
  const { code, stdout } = await command.output();
  const { ok, checks } = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals([code, ok, checks.length], [1, false, 1]);
  assertMatch(checks[0].detail, /HOME is not set/);
});

Deno.test("opta doctor in a terminal shows that it goes on, and then a table that fits", async () => {
  await using opta = await Opta.create();
  await using terminal = opta.terminal(["doctor"], { env: { TERM: "xterm-256color", LANG: "C.UTF-8" }, columns: 80 });
  assertEquals(await terminal.exit(), 0);
  const text = terminal.text;
  assertMatch(text, /ok +terminal +xterm-256color 80×\d+, colours/);
  assertStringIncludes(terminal.written, "Looking: 0 of 16");
  assert(!text.includes("Looking:"), "the progress is gone at the end");
});
