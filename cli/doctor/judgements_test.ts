import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { judgeClock } from "./check_clock.ts";
import { judgeDisk } from "./check_disk.ts";
import { judgeConfigured } from "./check_model_server.ts";
import { judgeHeld } from "./check_port.ts";
import { judgeRuntime, PINNED_DENO } from "./check_runtime.ts";
import { judgeSandbox } from "./check_sandbox.ts";
import { judgeService } from "./check_service.ts";
import { judgeTerminal, type TerminalFacts } from "./check_terminal.ts";
import { parseHolder } from "./port_holder.ts";
import type { ServiceState } from "../service/supervisor.ts";

Deno.test("judgeRuntime() takes the pinned Deno, warns of a newer one, and fails an older one", () => {
  assertEquals(judgeRuntime(PINNED_DENO, "t").status, "ok");
  assertEquals(judgeRuntime("2.10.0", "t").status, "warning");
  assertEquals(judgeRuntime("2.9.5+abc", "t").status, "warning");
  assertEquals(judgeRuntime("2.8.9", "t").status, "failed");
});

Deno.test("the doctor pins the Deno that the README has", async () => {
  assertStringIncludes(await Deno.readTextFile(new URL("../../README.md", import.meta.url)), `deno@${PINNED_DENO} `);
});

Deno.test("judgeDisk() fails where nothing can be stored soon", () => {
  const sizes = { database: 4096, log: 0 };
  const judge = (freeBytes: number, isOutOfNodes = false) => judgeDisk({ freeBytes, isOutOfNodes }, sizes).status;
  assertEquals([judge(2 ** 33), judge(2 ** 29), judge(2 ** 20), judge(2 ** 33, true)], [
    "ok",
    "warning",
    "failed",
    "failed",
  ]);
});

Deno.test("judgeHeld() names who is in the way, and what the daemon does instead", () => {
  const ports = [9999, 10_000, 10_001];
  assertEquals(judgeHeld("127.0.0.1", ports, 10_000, "nginx (pid 7)", false), {
    status: "warning",
    detail: "9999 is held by nginx (pid 7); a daemon takes 10000 instead",
  });
  assertMatch(judgeHeld("127.0.0.1", ports, 10_000, null, false).detail, /^9999 of 127\.0\.0\.1 is held by another/);
  assertEquals(judgeHeld("127.0.0.1", ports, 10_000, "nginx (pid 7)", true).status, "ok");
  const none = judgeHeld("127.0.0.1", ports, null, "nginx (pid 7)", false);
  assertEquals(none.status, "failed");
  assertMatch(
    none.detail,
    /^The ports 9999, 10000 … 10001 of 127\.0\.0\.1 are held .* 9999 is held by nginx \(pid 7\)$/,
  );
});

Deno.test("parseHolder() reads what ss and lsof print", () => {
  const ss = 'LISTEN 0 5 127.0.0.1:9999 0.0.0.0:* users:(("python3",pid=4242,fd=3))\n';
  assertEquals(parseHolder(ss), "python3 (pid 4242)");
  assertEquals(parseHolder("p4242\ncPython\nf3\n"), "Python (pid 4242)");
  assertEquals(parseHolder("LISTEN 0 5 127.0.0.1:9999 0.0.0.0:*\n"), null);
  assertEquals(parseHolder(""), null);
});

Deno.test("judgeConfigured() tells a server that is not there from one that refuses or has nothing", () => {
  const judge = (status: number, models: string[] | null) =>
    judgeConfigured("mac:1234", { kind: "answers", latencyMs: 12.3, status, models });
  assertEquals(judge(200, ["a"]), { status: "ok", detail: "mac:1234: 12 ms, 1 model" });
  assertEquals(judge(200, []).status, "warning");
  assertEquals(judge(404, null).status, "warning");
  assertMatch(judge(401, null).detail, /refuses the key.*connection\.apiKey/);
  assertEquals([judge(401, null).status, judge(502, null).status], ["failed", "failed"]);
  assertEquals(judgeConfigured("mac:1234", { kind: "unreachable", reason: "connection refused" }).status, "failed");
});

Deno.test("judgeSandbox() is content with any sandbox, and says what to do without one", () => {
  const judge = (kind: string | null, os: "linux" | "darwin" = "linux") =>
    judgeSandbox({ kind, problem: "it died" }, os);
  for (const kind of ["sandbox", "sandbox-shared-proc", "sandbox-root"]) assertEquals(judge(kind).status, "ok");
  assertMatch(judge("none").detail, /touch all your files\. Install bubblewrap/);
  assertMatch(judge("none", "darwin").detail, /has none for this system/);
  assertEquals(judge("processes").status, "warning");
  assertEquals(judge(null), { status: "warning", detail: "Not known: it died" });
});

Deno.test("judgeService() is content with any service, and with none, unless it has failed", () => {
  const none = { installed: false, supervisor: null, place: null, state: null, inspect: null };
  assertEquals(judgeService(none), {
    status: "ok",
    detail: "Not installed: a command that needs the daemon starts it",
  });
  const judge = (state: ServiceState) =>
    judgeService({
      installed: true,
      supervisor: "systemd",
      place: "/opta.service",
      state,
      inspect: "journalctl -u opta",
    });
  assertEquals(judge("active"), { status: "ok", detail: "That of systemd runs (/opta.service)" });
  assertEquals([judge("idle").status, judge("unknown").status], ["ok", "skipped"]);
  assertEquals(judge("failed").status, "warning");
  assertMatch(judge("failed").detail, /has failed.*"journalctl -u opta".*"opta daemon start"/);
});

Deno.test("judgeTerminal() says what a terminal lacks, and nothing of a pipe", () => {
  const good: TerminalFacts = {
    isInput: true,
    isOutput: true,
    size: { columns: 120, rows: 40 },
    env: { TERM: "xterm-256color", LANG: "C.UTF-8" },
    os: "linux",
  };
  assertEquals(judgeTerminal(good).status, "ok");
  assertMatch(judgeTerminal(good).detail, /^xterm-256color 120×40, colours, Kitty .* not known/);
  assertEquals(judgeTerminal({ ...good, isOutput: false }).status, "skipped");
  const lacking: [Partial<TerminalFacts>, RegExp][] = [
    [{ isInput: false }, /standard input is no terminal/],
    [{ env: { ...good.env, TERM: "dumb" } }, /TERM=dumb.*no colours/],
    [{ env: { LANG: "C.UTF-8" } }, /TERM is not set/],
    [{ env: { ...good.env, LC_ALL: "C" } }, /not UTF-8/],
    [{ size: { columns: 40, rows: 40 } }, /small/],
  ];
  for (const [change, pattern] of lacking) {
    const { status, detail } = judgeTerminal({ ...good, ...change });
    assertEquals(status, "warning");
    assertMatch(detail, pattern);
  }
  assertMatch(judgeTerminal({ ...good, env: { ...good.env, NO_COLOR: "1" } }).detail, /no colours/);
});

Deno.test("judgeClock() notices a clock that stands still in the past, or has gone back", () => {
  const now = Date.UTC(2026, 5, 1);
  assertEquals(judgeClock(now, now - 1_000).status, "ok");
  assertEquals(judgeClock(now, now + 1_000).status, "ok");
  assertEquals(judgeClock(now, now + 3_600_000).status, "warning");
  assertEquals(judgeClock(0, null).status, "warning");
});
