import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { commands, helpText, readEntry } from "./slash_command.ts";

Deno.test("readEntry() tells messages from commands", () => {
  assertEquals(readEntry("hello /help"), { kind: "message", content: "hello /help" });
  assertEquals(readEntry(" /resume  abc  def "), { kind: "command", name: "resume", argument: "abc def" });
  assertEquals(readEntry("/new"), { kind: "command", name: "new", argument: "" });
  assertEquals(readEntry("  \n "), { kind: "nothing" });
});

Deno.test("readEntry() leaves out blank lines at the end, as a paste brings them", () => {
  assertEquals(readEntry("  one\n\ntwo \n\n"), { kind: "message", content: "  one\n\ntwo" });
});

Deno.test("readEntry() sends a text that begins with two slashes", () => {
  assertEquals(readEntry("//etc/passwd"), { kind: "message", content: "/etc/passwd" });
});

Deno.test("readEntry() takes several lines for a message", () => {
  const text = "/usr/bin/a\n/usr/bin/b";
  assertEquals(readEntry(text), { kind: "message", content: text });
});

Deno.test("readEntry() knows other names", () => {
  assertEquals(readEntry("/quit"), { kind: "command", name: "exit", argument: "" });
});

Deno.test("readEntry() suggests the nearest command", () => {
  assertEquals(readEntry("/sesions"), { kind: "unknown", word: "/sesions", meant: "sessions" });
  assertEquals(readEntry("/etc/passwd"), { kind: "unknown", word: "/etc/passwd", meant: null });
  assertEquals(readEntry("/constructor"), { kind: "unknown", word: "/constructor", meant: null });
  assertEquals(readEntry("/"), { kind: "unknown", word: "/", meant: null });
});

Deno.test("helpText() names every command", () => {
  for (const name of Object.keys(commands)) assertStringIncludes(helpText(), `/${name}`);
});

Deno.test("helpText() fits a terminal of 80 columns", () => {
  for (const line of helpText().split("\n")) assert(line.length < 80, line);
});
