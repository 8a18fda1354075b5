/** What `opta tui` does to a terminal, and how it leaves it, whatever happens. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { Opta } from "./support/opta.ts";
import { startFakeModel } from "./support/start_fake_model.ts";
import { TestTerminal } from "./support/test_terminal.ts";
import {
  assertRestored,
  assertWipesNothing,
  CTRL_D,
  CTRL_L,
  CTRL_Z,
  ENTER,
  isReady,
  sessionOf,
} from "./support/tui.ts";

const main = fileURLToPath(new URL("./support/broken_tui_main.ts", import.meta.url));

/** The terminal UI with bugs, and a shell around it that says how the terminal is afterwards. */
function broken(opta: Opta): TestTerminal {
  const { PATH = "", HOME = "", DENO_DIR } = Deno.env.toObject();
  const script = 'before=$(stty -g); "$@"; code=$?; [ "$(stty -g)" = "$before" ] && echo "restored, exit $code"';
  return new TestTerminal({
    command: "/bin/sh",
    args: ["-c", script, "sh", Deno.execPath(), "run", "-A", "--quiet", main],
    env: {
      ...{ PATH, HOME, OPTA_HOME: opta.home, OPTA_DAEMON_PORT: "0", OPTA_PROVIDER: "demo" },
      ...(DENO_DIR && { DENO_DIR }),
    },
  });
}

for (const signal of ["SIGTERM", "SIGHUP", "SIGQUIT"] as const) {
  Deno.test(`${signal} leaves the terminal as it was, and says how to come back`, async () => {
    await using opta = await Opta.create();
    await using tui = opta.terminal(["tui"]);
    await tui.until(isReady);
    tui.type(`count to 3${ENTER}`);
    await tui.until(/ s\n\n›\n● live/);
    Deno.kill(tui.pid, signal);
    assertEquals(await tui.exit(), 0);
    assertStringIncludes(tui.text, "Come back with: opta tui --resume sess_");
    assertRestored(tui);
  });
}

for (const [bug, message] of [["throw", "a key has thrown"], ["view", "a view has thrown"]] as const) {
  Deno.test(`a bug (${bug}) gives the terminal back, and the session goes on in line mode`, async () => {
    await using opta = await Opta.create();
    await using tui = broken(opta);
    const id = await sessionOf(tui);
    tui.type(`say count to 3${ENTER}`);
    await tui.until(/ s\n\n›\n● live/);
    tui.type(`${bug}${ENTER}`);
    await tui.until(`opta: The terminal UI has failed: ${message}. Going on in line mode`);
    await tui.until(new RegExp(`line mode\n[^]*session ${id}[^]*› count to 3\n1\n2\n3\n[^\n]* s\n\n›$`));
    tui.type(`count to 4${ENTER}`);
    await tui.until(/› count to 4\n1\n2\n3\n4\n[^\n]* s\n\n›$/);
    tui.type(CTRL_D);
    await tui.until("restored, exit 0");
    assertRestored(tui);
  });
}

for (const [bug, code, said] of [["reject", 1, "nobody waits"], ["exit", 3, ""]] as const) {
  Deno.test(`a program that ends by itself (${bug}) gives the terminal back`, async () => {
    await using opta = await Opta.create();
    await using tui = broken(opta);
    await tui.until(isReady);
    tui.type(`${bug}${ENTER}`);
    await tui.until(`restored, exit ${code}`);
    assertStringIncludes(tui.text, said);
    assertRestored(tui);
    assertEquals(tui.text.includes("● live"), false); // nothing of the live region is left behind
  });
}

Deno.test("a pane that gives too much is cut to the screen, and what the console says becomes a line", async () => {
  await using opta = await Opta.create();
  await using tui = broken(opta);
  await tui.until(isReady);
  tui.type(`console${ENTER}`);
  await tui.until(/\nsaid on the console\n\n›\n● live/);
  tui.type(`wide${ENTER}`);
  await tui.until("xxx");
  tui.resize(40, 10);
  await tui.until(() => tui.screen.some((row) => row.startsWith("● live")) && tui.screen.join("").includes("x"));
  assertWipesNothing(tui);
});

Deno.test("Ctrl-Z stops the program with the terminal as it was; continued, it is there again", async () => {
  await using opta = await Opta.create();
  const script =
    'set -m; before=$(stty -g); "$@"; [ "$(stty -g)" = "$before" ] && echo stopped; read line; fg; echo ended';
  await using tui = opta.shell(script, "sh", ["tui"]);
  await tui.until(isReady);
  tui.type("a draft");
  await tui.until("› a draft");
  tui.type(CTRL_Z);
  const text = await tui.until("\nstopped");
  assertRestored(tui);
  assertEquals(text.includes("● live"), false);
  tui.type("\n");
  await tui.until(/\n› a draft\n● live/);
  tui.type(`x${ENTER}`);
  await tui.until(/› a draftx\n[^]* s\n\n›\n● live/);
  tui.type(CTRL_D);
  await tui.until("ended");
  assertRestored(tui);
});

Deno.test("resizing leaves what was printed, doubles nothing and wipes nothing, also in mid-answer", async () => {
  await using fake = await startFakeModel();
  const words = Array.from({ length: 40 }, (_, i) => `word${i} `);
  await fake.script({ tokens: words, pace: "manual" });
  await using opta = await Opta.create({ OPTA_HOST: fake.host, OPTA_PORT: String(fake.port) });
  await using tui = opta.terminal(["tui"], { columns: 100, rows: 30 });
  await tui.until(isReady);
  tui.type(`go${ENTER}`);
  await fake.waitFor((stats) => stats.requests.length === 1 && stats.requests[0]!.held);
  await fake.step(30);
  await tui.until("word29");
  for (const [columns, rows] of [[80, 20], [62, 12], [120, 40], [80, 24]] as const) {
    const before = tui.written.length;
    tui.resize(columns, rows);
    const hasDrawn = () => {
      const at = tui.screen.findIndex((row) => row.startsWith("● live"));
      return at > 0 && tui.screen[at - 1] === "›" && tui.screen.slice(at + 2).every((row) => row === "");
    };
    await tui.until(() => tui.written.slice(before).includes("\x1b[?2026l") && hasDrawn());
  }
  await fake.step(11);
  const text = await tui.until(/word39\n\n[^\n]* s\n\n›\n● live/);
  for (const once of ["/help lists", "› go\n", ...words.slice(0, 9).map((word) => word)]) {
    assertEquals(text.split(once).length, 2, `${once} in:\n${text}`);
  }
  assertEquals(text.split("● live").length, 2, text);
  assertWipesNothing(tui);
});

Deno.test("Ctrl-L scrolls the screen away, and loses nothing", async () => {
  await using opta = await Opta.create();
  await using tui = opta.terminal(["tui"]);
  await tui.until(isReady);
  tui.type(`count to 3${ENTER}`);
  await tui.until(/ s\n\n›\n● live/);
  tui.type(CTRL_L);
  await tui.until(() => !tui.screen.join("\n").includes("count to 3\n1") && tui.screen.includes("›"));
  assertStringIncludes(tui.text, "› count to 3\n\n1\n2\n3\n");
  assertWipesNothing(tui);
});

Deno.test("a model cannot reach the terminal through what it says, nor through the title", async () => {
  await using fake = await startFakeModel();
  const evil = "\x1b[2J\x1b]0;owned\x07a\x9b31mb\x1b]52;c;aGk=\x07\u202ec\r\x1b[8m\u{e0041}d";
  await fake.script({ tokens: [...evil, "!"] });
  await using opta = await Opta.create({ OPTA_HOST: fake.host, OPTA_PORT: String(fake.port) });
  await using tui = opta.terminal(["tui"]);
  await tui.until(isReady);
  tui.type(`go${ENTER}`);
  await tui.until(/› go\n\nabcd!\n/);
  assertEquals(tui.title, "opta · go");
  assertWipesNothing(tui);
  // deno-lint-ignore no-control-regex
  assertEquals(tui.written.match(/owned|aGk=|\x9b|\u202e|\x1b\[8m|\u{e0041}/gu), null);
});

Deno.test("CI=true changes nothing in a terminal, and NO_COLOR takes the colours", async () => {
  await using opta = await Opta.create();
  await using tui = opta.terminal(["tui"], { env: { CI: "true", NO_COLOR: "1" } });
  await tui.until(isReady);
  // deno-lint-ignore no-control-regex
  assertEquals(tui.written.match(/\x1b\[[34]\d/g), null);
});

for (
  const [name, words, env] of [
    ["--plain", ["tui", "--plain"], {}],
    ["INK_SCREEN_READER", ["tui"], { INK_SCREEN_READER: "true" }],
    ["opta chat --plain on a dumb terminal", ["chat", "--plain"], { TERM: "dumb" }],
  ] as const
) {
  Deno.test(`${name}: text goes downwards only, and a request is answered by a line`, async () => {
    await using folder = await temporaryFolder();
    await using opta = await Opta.create();
    opta.cwd = folder.path;
    await using tui = opta.terminal([...words, "--add-dir", folder.path], { env });
    await tui.until(/\n›$/);
    tui.type(`count to 3${ENTER}`);
    await tui.until(/› count to 3\n1\n2\n3\n[^\n]* s\n\n›$/);
    tui.type(`create hello.txt that says hi${ENTER}`);
    await tui.until("Allow this?");
    tui.type(`y${ENTER}`);
    await tui.until(/allowed[^]* s\n\n›$/);
    // deno-lint-ignore no-control-regex
    assertEquals(tui.written.match(/\x1b(?!\[[\d;]*m)|\r(?!\n)|\x08/g), null);
    tui.type(CTRL_D);
    assertEquals(await tui.exit(), 0);
  });
}

Deno.test("without a terminal, and on a dumb one, opta tui is the line mode and says so", async () => {
  await using opta = await Opta.create();
  const { code, stdout, stderr } = await opta.run(["tui"], "count to 3\n");
  assertEquals([code, stdout], [0, "1\n2\n3\n"]);
  assertMatch(stderr, /^opta: Standard input is not a terminal: going on in line mode, as opta chat does\n/);
  await using dumb = opta.terminal(["tui"], { env: { TERM: "dumb" } });
  await dumb.until(/opta: This terminal is a dumb one \(TERM\): going on in line mode, as opta chat does\n[^]*\n›$/);
  assert(!dumb.written.includes("\x1b"));
});

async function temporaryFolder() {
  const path = await Deno.makeTempDir({ prefix: "opta-folder-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
