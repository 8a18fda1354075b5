import { assertEquals } from "@std/assert";
import { readEntry, suggestCommands } from "./slash_commands.ts";

Deno.test("readEntry() tells messages from commands", () => {
  assertEquals(readEntry(" \n"), { kind: "nothing" });
  assertEquals(readEntry("hello\n"), { kind: "message", content: "hello" });
  assertEquals(readEntry("//etc/hosts?"), { kind: "message", content: "/etc/hosts?" });
  assertEquals(readEntry("/retry\nthis"), { kind: "message", content: "/retry\nthis" });
  assertEquals(readEntry("/model  qwen 3"), { kind: "command", name: "model", argument: "qwen 3" });
  assertEquals(readEntry("/modle"), { kind: "unknown", word: "/modle" });
  assertEquals(readEntry("/constructor"), { kind: "unknown", word: "/constructor" });
});

Deno.test("suggestCommands() follows what is typed until the command is whole", () => {
  assertEquals(suggestCommands("/mo"), ["model", "mode"]);
  assertEquals(suggestCommands("/mode "), []);
  assertEquals(suggestCommands("mo"), []);
});
