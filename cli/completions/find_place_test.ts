import { assertEquals } from "@std/assert";
import { completionWords } from "./command_words.ts";
import { findPlace } from "./find_place.ts";

/** The last word is the one at the cursor. */
function at(...words: string[]) {
  return findPlace(completionWords.opta, words.slice(0, -1), words.at(-1)!);
}

function flagsAt(...words: string[]): string[] {
  return at(...words).flags.map(({ names }) => names.at(-1)!);
}

Deno.test("findPlace() expects a command, or a flag of chat, where nothing stands yet", () => {
  const { commands, kind } = at("");
  assertEquals(commands.map(({ name }) => name).slice(0, 3), ["chat", "tui", "do"]);
  assertEquals(kind, null);
  for (const flag of ["--resume", "--version", "--debug", "--help"]) {
    assertEquals(flagsAt("-").includes(flag), true, flag);
  }
  assertEquals(flagsAt("-").includes("--yolo"), false, "what help hides is not offered");
});

const kinds: [words: string[], kind: unknown][] = [
  [["-r", ""], "session"],
  [["--model", "q", "--resume", ""], "session"],
  [["--model", "-r", ""], null], // -r is the model
  [["sessions", "show", ""], "session"],
  [["sessions", "delete", "a", "b", ""], "session"],
  [["sessions", "show", "a", ""], null],
  [["sessions", "rename", "a", ""], "text"],
  [["diff", ""], "session"],
  [["do", "-qf", ""], ["text", "json"]],
  [["do", "-fjson", ""], "file"],
  [["do", "--format=text", ""], "file"],
  [["do", "--", "--format", ""], "file"],
  [["config", "set", "turn.mode", ""], "configValue"],
  [["env", "switch", ""], "profile"], // an alias
  [["mcp", "add", "x", "npx", "-y", ""], "file"],
  [["nonsense", ""], null],
];
for (const [words, kind] of kinds) {
  Deno.test(`findPlace() of opta ${words.join(" ")}| is ${kind}`, () => assertEquals(at(...words).kind, kind));
}

Deno.test("findPlace() keeps what stands before the value in one word with its flag", () => {
  const { kind, prefix, typed } = at("do", "--format=js");
  assertEquals([kind, prefix, typed], [["text", "json"], "--format=", "js"]);
  assertEquals(at("do", "--nonsense=x").kind, null);
  assertEquals(at("do", "--quiet=x").kind, null);
});

Deno.test("findPlace() offers a flag without a value once, and none after --", () => {
  assertEquals(flagsAt("do", "--quiet", "-").includes("--quiet"), false);
  assertEquals(flagsAt("do", "-q", "-").includes("--quiet"), false);
  assertEquals(flagsAt("do", "--add-dir", "a", "-").includes("--add-dir"), true);
  assertEquals(flagsAt("do", "--", "-"), []);
  assertEquals(flagsAt("sessions", "list", "-").includes("--version"), false);
});

Deno.test("findPlace() offers sub-commands, in help as well, until one stands there", () => {
  const names = (...words: string[]) => at(...words).commands.map(({ name }) => name);
  assertEquals(names("daemon", "").slice(0, 2), ["start", "stop"]);
  assertEquals(names("help", "daemon", ""), names("daemon", ""));
  assertEquals(names("daemon", "start", ""), []);
  assertEquals(at("help", "config", "get", "").kind, null);
});
