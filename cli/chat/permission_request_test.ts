import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { colorsFor } from "../output/colors.ts";
import { openRequests } from "@opta/view/permission/open_requests";
import { formatRequest } from "./permission_request.ts";
import { play, turn } from "./testing/session_script.ts";

const { queued, start, asked, decided, cancelled, done } = turn(1);
const running = [queued(), start()];

/** The request as it is shown, without colours. */
function show(more: Parameters<typeof asked>[1], { isUnfolded = false, clientId = "here" } = {}) {
  const workspace = { cwd: "/home/ann/project", dirs: [] };
  const state = { ...play([...running, asked("r1", more)]), workspace };
  return formatRequest(state.permissions["r1"]!, state, {
    colors: colorsFor(false, {}),
    clientId,
    columns: 80,
    isUnfolded,
  });
}

Deno.test("formatRequest() shows a command in full, where it runs, why it is asked and what a wider answer covers", () => {
  const { text, hidden } = show({ args: { command: "npm test \\\n  && npm run lint", timeoutMs: 5_000 } });
  assertEquals(text.split("\n"), [
    "? run_command asks for permission",
    "  $ npm test \\",
    "      && npm run lint",
    "  cwd: /home/ann/project",
    "  timeoutMs: 5000",
    "  because run_command runs a program",
    "  s and a would allow: run_command: npm test",
  ]);
  assertEquals(hidden, 0);
});

Deno.test("formatRequest() breaks the reason between words, and the command nowhere", () => {
  const command = `echo ${"a b ".repeat(30)}`;
  const lines = show({ args: { command }, reason: `it runs a program. ${"So it is. ".repeat(8)}` }).text.split("\n");
  const [first, second] = lines.slice(lines.findIndex((line) => line.startsWith("  because")));
  assertEquals(first, `  because it runs a program. ${"So it is. ".repeat(5)}`.trimEnd());
  assertEquals(second, `  ${"So it is. ".repeat(3)}`.trimEnd());
  assertEquals(lines[1], `  $ ${command}`);
});

Deno.test("formatRequest() shows an edit as its diff", () => {
  const args = { path: "a.ts", old_string: "x", new_string: "y" };
  const { text } = show({ toolName: "edit_file", args, diff: "@@ -1 +1 @@\n-x\n+y\n", rule: undefined });
  assertEquals(text.split("\n").slice(0, -1), [
    "? edit_file asks for permission",
    "  path: a.ts",
    "  @@ -1 +1 @@",
    "  -x",
    "  +y",
  ]);
});

Deno.test("formatRequest() shows the arguments of any other tool", () => {
  const { text } = show({ toolName: "mcp", args: { ids: [1, 2], text: "one\ntwo" } });
  assertStringIncludes(text, "\n  ids: [1,2]\n  text:\n    one\n    two\n");
});

Deno.test("formatRequest() hides nothing that a terminal would obey [security 10]", () => {
  const command = "rm -rf ~\rls \x1b[8m\u202e";
  const { text } = show({ args: { command }, reason: "because\x1b[2J\nof", rule: "run_command: \x1b[2J" });
  assertStringIncludes(text, "$ rm -rf ~\\x0dls \\x1b[8m\\u{202e}\n");
  assertStringIncludes(text, "because of\n");
  assertStringIncludes(text, "allow: run_command: \\x1b[2J");
  const diff = show({ toolName: "edit_file", diff: "@@ -1 +1 @@\r\n-x\r\n+\x1b]0;y\x07\r\n" });
  assertStringIncludes(diff.text, "  -x\n  +\\x1b]0;y\\x07\n");
});

Deno.test("formatRequest() folds what is long, says so, and shows all when asked to", () => {
  const diff = `@@ -0,0 +1,100 @@\n${Array.from({ length: 100 }, (_, i) => `+${i}\n`).join("")}`;
  const folded = show({ toolName: "edit_file", args: {}, diff });
  assertEquals(folded.hidden, 61);
  assertStringIncludes(folded.text, "\n  +38\n  … 61 more lines, v shows all\n");
  const all = show({ toolName: "edit_file", args: {}, diff }, { isUnfolded: true });
  assertEquals(all.hidden, 0);
  assertStringIncludes(all.text, "\n  +99\n");
  const long = show({ args: { command: "x".repeat(100_000) } });
  assert(long.text.length < 5_000 && long.hidden > 0);
});

Deno.test("formatRequest() names the writer of another client's turn", () => {
  assertStringIncludes(show({}, { clientId: "there" }).text, "? run_command asks for permission (for ann)");
});

Deno.test("formatRequest() shows a question with the answers to choose from", () => {
  const args = { question: "Which one?\nThink.", options: ["red\x1b[2J", "blue"] };
  const { text } = show({ toolName: "ask_user", args, needsAnswer: true, rule: undefined });
  assertEquals(text.split("\n"), ["? a question", "  Which one?", "  Think.", "  1  red\\x1b[2J", "  2  blue"]);
});

Deno.test("openRequests() are those of the running turn that nobody has decided [P2]", () => {
  const ids = (...more: Parameters<typeof play>[0]) =>
    openRequests(play([...running, asked("r1"), asked("r2"), ...more])).map(({ requestId }) => requestId);
  assertEquals(ids(), ["r1", "r2"]);
  assertEquals(ids(decided("r1")), ["r2"]);
  assertEquals(ids(cancelled()), []);
  assertEquals(ids(done()), []);
});
