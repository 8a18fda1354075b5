import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { ExitCode } from "./exit.ts";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));

interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs `opta` in a folder of its own. */
async function opta(args: string[], env: Record<string, string> = {}): Promise<Result> {
  const home = await Deno.makeTempDir();
  try {
    return await run(Deno.execPath(), ["run", "-A", "--quiet", main, ...args], {
      env: { OPTA_HOME: home, NO_COLOR: "1", ...env },
    });
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function run(command: string, args: string[], options: Deno.CommandOptions): Promise<Result> {
  const { code, stdout, stderr } = await new Deno.Command(command, { ...options, args }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("opta --help lists the commands on standard output", async () => {
  const { code, stdout, stderr } = await opta(["--help"]);
  assertEquals([code, stderr], [ExitCode.done, ""]);
  for (const name of ["daemon", "config", "version"]) assertMatch(stdout, new RegExp(`^  ${name} `, "m"));
});

Deno.test("opta help COMMAND shows what the command takes", async () => {
  assertStringIncludes((await opta(["help", "daemon"])).stdout, "restart");
  assertStringIncludes((await opta(["help", "daemon", "start"])).stdout, "--port");
  assertStringIncludes((await opta(["env", "help", "save"])).stdout, "--base-url");
});

Deno.test("opta version and --version", async () => {
  assertMatch((await opta(["--version"])).stdout, /^\d+\.\d+\.\d+\n$/);
  assertMatch((await opta(["version"])).stdout, /^opta \d+\.\d+\.\d+ \(opta-daemon-v3@1, deno /);
  assertEquals(JSON.parse((await opta(["version", "--json"])).stdout).contract, "opta-daemon-v3@1");
});

const wrongUsage: [args: string, message: string][] = [
  ["daemn status", "opta: unknown command 'daemn' (Did you mean daemon?)\n"],
  ["help daemn", "opta: unknown command 'daemn' (Did you mean daemon?)\n"],
  ["daemn --help", "opta: unknown command 'daemn' (Did you mean daemon?)\n"],
  ["help daemon statu", "opta: unknown command 'statu' (Did you mean status?)\n"],
  ["env sav --help", "opta: unknown command 'sav' (Did you mean save?)\n"],
  ["env help sav", "opta: unknown command 'sav' (Did you mean save?)\n"],
  ["env sav", "opta: There is no command env sav: did you mean save?\n"],
  ["mcp lst", "opta: unknown command 'lst' (Did you mean list?)\n"],
  ["--jsn daemon status", "opta: unknown option '--jsn' (Did you mean --json?)\n"],
  ["--modl qwen3 do hi", "opta: unknown option '--modl' (Did you mean --model?)\n"],
  ["--plan chatt", "opta: unknown command 'chatt' (Did you mean chat?)\n"],
  ["do --fromat json hi", "opta: unknown option '--fromat' (Did you mean --format?)\n"],
  [
    "do --format jsn hi",
    "opta: option '-f, --format <format>' argument 'jsn' is invalid. Allowed choices are text, json.\n",
  ],
  ["env save --mode pln x", 'opta: --mode is "pln": must be one of chat, do, plan, review, research\n'],
  ["version now", "opta: too many arguments for 'version'. Expected 0 arguments but got 1: now.\n"],
  ["do --provider foo hi", 'opta: --provider is "foo": must be one of auto, lmx'],
  ["daemon statu", "opta: unknown command 'statu' (Did you mean status?)\n"],
  ["daemon status --jsn", "opta: unknown option '--jsn' (Did you mean --json?)\n"],
  ["config set connection.port", "opta: missing required argument 'value'\n"],
  ["config get conection.port", 'opta: Unknown config key "conection.port": did you mean connection.port?\n'],
  ["daemon start --host 0.0.0.0", 'opta: Cannot listen on "0.0.0.0": the daemon has no TLS'],
  ["daemon start --device a:b:c", 'opta: --device "a:b:c" is no host[:port]'],
  ["daemon logs -n many", "opta: --lines many: must be a whole number\n"],
  ["daemon logs --level waring", 'opta: --level "waring": did you mean warning?\n'],
  ["daemon logs --session *", 'opta: --session "*": must be the beginning of a session\'s id.'],
];

for (const [args, message] of wrongUsage) {
  Deno.test(`opta ${args} is wrong usage, in one line`, async () => {
    const { code, stdout, stderr } = await opta(args.split(" "));
    assertEquals([code, stdout], [ExitCode.usage, ""]);
    assertEquals(stderr.slice(0, message.length), message);
    assertEquals(stderr.trimEnd().split("\n").length, 1);
  });
}

Deno.test("opta shows where an error comes from with --debug alone", async () => {
  assertEquals((await opta(["config", "get", "model.default"])).stderr, "opta: model.default is not set\n");
  const { code, stderr } = await opta(["config", "get", "model.default", "--debug"]);
  assertEquals(code, ExitCode.failed);
  assertMatch(stderr, /^opta: model\.default is not set\n[^]*CliError: [^]*commands\/config\.ts/);
});

Deno.test("opta daemon status without a daemon says so, in JSON too, and exits 4", async () => {
  const plain = await opta(["daemon", "status"]);
  assertEquals(plain.code, ExitCode.daemonUnreachable);
  assertStringIncludes(plain.stdout, "not running");
  const { code, stdout } = await opta(["daemon", "status", "--json"]);
  assertEquals(code, ExitCode.daemonUnreachable);
  assertEquals(JSON.parse(stdout).running, false);
});

Deno.test("opta daemon stop without a daemon is done", async () => {
  const { code, stdout } = await opta(["daemon", "stop", "--json"]);
  assertEquals([code, JSON.parse(stdout).wasRunning], [ExitCode.done, false]);
});

Deno.test("opta config list shows where a value comes from and masks secrets; get shows them", async () => {
  const env = { OPTA_HOST: "mac", OPTA_LMX_ADMIN_KEY: "hunter2" };
  const { stdout } = await opta(["config", "list"], env);
  assertEquals(
    stdout,
    "connection.host      mac (from OPTA_HOST)\nconnection.adminKey  ******** (from OPTA_LMX_ADMIN_KEY)\n",
  );
  assertEquals(JSON.parse((await opta(["config", "list", "--json"], env)).stdout)[1].value, "********");
  assertEquals((await opta(["config", "get", "connection.adminKey"], env)).stdout, "hunter2\n");
});

Deno.test("opta refuses a home that is a symlink [security 5]", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.symlink(dir, `${dir}/link`);
    const { code, stderr } = await opta(["config", "set", "model.default", "x"], { OPTA_HOME: `${dir}/link` });
    assertEquals(code, ExitCode.failed);
    assertStringIncludes(stderr, "it is a symlink");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("opta is quiet when its reader goes away", async () => {
  if (Deno.build.os === "windows") return;
  const pipeline = `set -o pipefail; "$DENO" run -A --quiet "$MAIN" --help | true`;
  const env = { DENO: Deno.execPath(), MAIN: main };
  assertEquals(await run("bash", ["-c", pipeline], { env }), { code: 0, stdout: "", stderr: "" });
});

Deno.test("deno task opta runs in the user's folder and prints nothing of its own on standard output", async () => {
  const cwd = await Deno.makeTempDir({ prefix: "a folder " });
  try {
    const config = fileURLToPath(new URL("../deno.json", import.meta.url));
    const args = ["task", "-q", "--config", config, "opta", "config", "path"];
    const { stdout } = await run(Deno.execPath(), args, { cwd, env: { OPTA_HOME: "my home", INIT_CWD: cwd } });
    assertEquals(stdout, `${await Deno.realPath(cwd)}/my home/config.json\n`);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});
