import { assertEquals } from "@std/assert";
import { emptyEditor, withText } from "../../chat/editor.ts";
import { completableAt, completed } from "./completion.ts";

const at = (text: string) => {
  const cursor = text.indexOf("|");
  return completableAt({ text: text.replace("|", ""), cursor });
};

Deno.test("completableAt() sees commands, their arguments and files, where the cursor is", () => {
  assertEquals(at("/mo|"), { kind: "command", query: "mo", start: 0 });
  assertEquals(at("/|"), { kind: "command", query: "", start: 0 });
  assertEquals(at("/model qw|"), { kind: "argument", command: "model", query: "qw", start: 7 });
  assertEquals(at("look at @src/m| now"), { kind: "file", query: "src/m", start: 8 });
  assertEquals(at("first\n@a|"), { kind: "file", query: "a", start: 6 });
  assertEquals(at('see @"my rea|'), { kind: "file", query: "my rea", start: 4 });
});

Deno.test("completableAt() leaves alone what is none of these", () => {
  for (
    const text of [
      "",
      "|",
      "mail me@example.org|",
      "//not a command|",
      "/a\n/b|",
      "@a b|",
      "text /mo|",
      '@"a" b|',
      `@${"a".repeat(300)}|`,
    ]
  ) {
    assertEquals(at(text.includes("|") ? text : `${text}|`), null, text);
  }
});

Deno.test("completed() puts the value in place of what was written of it, and the cursor behind", () => {
  const editor = { ...withText(emptyEditor([]), "look at @ma now"), cursor: 11 };
  const { text, cursor } = completed(editor, completableAt(editor)!, "src/main.ts");
  assertEquals(`${text.slice(0, cursor)}|${text.slice(cursor)}`, "look at @src/main.ts |now");
});
