import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { HostError } from "../host/host_process.ts";
import { MAX_RESULT_LENGTH } from "../tool.ts";
import { runCommand } from "./run_command.ts";
import { startRunner, type TestRunner } from "./testing/test_runner.ts";

async function run(runner: TestRunner, command: string, more: object = {}) {
  const { result, ...rest } = await runCommand.run({ command, ...more }, runner.contextOf());
  const [end = "", ...output] = result.split("\n\n");
  return { ...rest, end, output: output.join("\n\n") };
}

Deno.test("run_command returns what a command wrote, in its order, and how it ended", async () => {
  await using runner = await startRunner();
  const mixed = await run(
    runner,
    "echo one; echo two >&2; printf '\\033[31mthree\\033[0m\\n'; printf '10%%\\r99%%\\n'",
  );
  assertEquals(mixed.output, "one\ntwo\nthree\n99%");
  assertEquals(mixed.ok, true);
  const failed = await run(runner, "exit 7");
  assertEquals([failed.ok, failed.output], [false, "(no output)"]);
  assertMatch(failed.end, /^Exit code 7 after /);
  assertEquals((await run(runner, "cat; echo $?")).output, "0"); // no input, so that nothing waits for any
  assertEquals((await run(runner, "printf 'a\\377b'")).output, "a\ufffdb");
  assertStringIncludes((await run(runner, "no-such-program")).output, "not found");
});

Deno.test("run_command runs in the workspace, and nowhere else [security 7]", async () => {
  await using runner = await startRunner();
  const { workspace: { cwd }, outside } = runner;
  await Deno.mkdir(join(cwd, "sub"));
  await Deno.symlink(outside, join(cwd, "out"));
  assertEquals((await run(runner, "pwd")).output, cwd);
  assertEquals((await run(runner, "pwd", { cwd: "sub" })).output, join(cwd, "sub"));
  for (const elsewhere of [outside, "..", "out", "/", `${cwd}-beside`]) {
    await assertRejects(() => run(runner, "pwd", { cwd: elsewhere }), HostError, "outside the workspace");
  }
  await assertRejects(() => run(runner, "pwd", { cwd: "missing" }), HostError, "does not exist");
});

Deno.test("run_command gives no secret of the environment to a command [security 8]", async () => {
  const env = {
    MY_API_KEY: "secret-1",
    GITHUB_TOKEN: "secret-2",
    DB_SECRET: "secret-3",
    LD_LIBRARY_PATH: "/secret-4",
    DENO_AUTH_TOKENS: "secret-5",
    SSH_AUTH_SOCK: "/secret-6",
    OPTA_API_KEY: "secret-7",
    LC_TIME: "C",
  };
  await using runner = await startRunner({ env });
  const { output } = await run(runner, "env");
  assert(!output.includes("secret"), output);
  const names = output.split("\n").map((line) => line.split("=")[0] ?? "");
  assertEquals(
    names.filter((name) => /^(?:LD_|DYLD_|DENO_|SSH_)|_(?:KEY|TOKEN|SECRET)$|^OPTA_(?!CALL$)/.test(name)),
    [],
  );
  for (const line of ["LC_TIME=C", "TERM=dumb", "NO_COLOR=1", "PAGER=cat", "GIT_TERMINAL_PROMPT=0"]) {
    assertStringIncludes(output, line);
  }
});

Deno.test("run_command keeps both ends of a flood, in bounded memory", async () => {
  await using runner = await startRunner();
  const { ok, output, truncated } = await run(runner, "echo begin; yes | head -c 1000000000; echo end", {
    timeoutMs: 1_800_000,
  });
  assertEquals([ok, truncated], [true, true]);
  assert(output.length < MAX_RESULT_LENGTH, `${output.length}`);
  assertMatch(output, /^begin\ny\ny\n[^]*\n… 9\d{8} bytes left out …\n[^]*y\nend$/);
  const { output: memory } = await run(
    runner,
    `grep VmHWM /proc/${runner.host.pid}/status`,
  );
  const peakKb = Number(/VmHWM:\s+(\d+) kB$/.exec(memory)?.[1] ?? 0);
  assert(peakKb < 400_000, `${memory}`);
});

Deno.test("run_command says what confines a command, and what may destroy something", async () => {
  await using runner = await startRunner({ confinement: "none" });
  const shown = await runCommand.preview({ command: "rm -rf build" }, runner.contextOf());
  assertEquals(shown.subject, "rm -rf build");
  assertEquals(shown.isDestructive, true);
  assertStringIncludes(shown.reason ?? "", "No sandbox on this machine");
  assertEquals((await runCommand.preview({ command: "ls" }, runner.contextOf())).isDestructive, undefined);
  const nowhere = await runCommand.preview({ command: "ls" }, { ...runner.contextOf(), workspace: null });
  assertStringIncludes(nowhere.refusal ?? "", "no folder");
  await using offline = await startRunner({ confinement: "none", network: false });
  const refused = await runCommand.preview({ command: "ls" }, offline.contextOf());
  assertStringIncludes(refused.refusal ?? "", "no network");
});
