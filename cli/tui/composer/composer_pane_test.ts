import { assert, assertEquals } from "@std/assert";
import { Value } from "@opta/view/value";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import stringWidth from "string-width";
import type { Key, KeyName } from "../../chat/keys.ts";
import { themeOf } from "../theme.ts";
import type { OptionSource } from "./completion_menu.ts";
import { type ComposerOptions, ComposerPane } from "./composer_pane.ts";

const noOptions: OptionSource = { files: () => Promise.resolve([]), values: () => null };

function compose(more: Partial<ComposerOptions> = {}) {
  const sent: string[] = [];
  const failures: unknown[] = [];
  const pane = new ComposerPane({
    theme: new Value(themeOf("none")),
    history: [],
    api: null as unknown as ComposerOptions["api"], // the source stands for it
    session: () => null,
    say: () => {},
    fail: (error) => failures.push(error),
    submit: (text) => sent.push(text),
    withoutScreen: (work) => work(),
    signal: new AbortController().signal,
    source: noOptions,
    env: {},
    now: () => 0,
    ...more,
  });
  const press = (...keys: (KeyName | { text: string })[]) => {
    for (const key of keys) {
      pane.press(typeof key === "string" ? { name: key } as Key : { name: "text", text: key.text });
    }
  };
  const lines = (columns = 40, rows = 10) =>
    pane.view({ columns, rows }).lines.map((line) => stripVTControlCharacters(line).trimEnd());
  return { pane, sent, failures, press, lines };
}

Deno.test("ComposerPane sends what was typed, also in several lines, and begins anew", () => {
  const { press, sent, lines } = compose();
  press({ text: "one" }, "newline", { text: "two" }, "enter");
  press({ text: "a \\" }, "enter", { text: "b" }, "enter");
  assertEquals(sent, ["one\ntwo", "a \nb"]);
  assertEquals(lines(), ["›"]);
});

Deno.test("ComposerPane shows a long paste by its size, deletes it as one, and sends all of it", () => {
  const { press, sent, lines } = compose();
  const paste = "line\n".repeat(1_532).trimEnd();
  press({ text: "look: " }, { text: paste }, { text: " ok?" });
  assertEquals(lines(), ["› look: [pasted 1,532 lines] ok?"]);
  press("enter");
  assertEquals(sent, [`look: ${paste} ok?`]);
  press({ text: paste }, "backspace", { text: "x" }, "enter");
  assertEquals(sent[1], "x");
});

Deno.test("ComposerPane keeps the cursor where text is, within the rows and columns that there are", () => {
  const keys: KeyName[] = ["left", "right", "home", "end", "up", "down", "backspace", "delete", "wordLeft", "killWord"];
  const key = fc.oneof(
    fc.constantFrom(...keys, "newline" as const, "searchHistory" as const, "escape" as const),
    fc.record({ text: fc.oneof(fc.string({ unit: "grapheme", maxLength: 8 }), fc.constant("漢字 👩‍👩‍👧 é")) }),
  );
  fc.assert(fc.property(fc.array(key, { maxLength: 40 }), fc.integer({ min: 12, max: 90 }), (pressed, columns) => {
    const { pane, press } = compose({ history: ["earlier", "before\nthat"] });
    press(...pressed.filter((key) => typeof key === "string" || key.text !== ""));
    for (const rows of [1, 2, 5]) {
      const { lines, cursor } = pane.view({ columns, rows });
      assert(lines.length <= rows, `${lines.length} of ${rows}`);
      for (const line of lines) assert(stringWidth(line) <= columns, JSON.stringify(line));
      assert(cursor && cursor.row < lines.length && cursor.column <= columns, JSON.stringify(cursor));
    }
  }));
});

Deno.test("ComposerPane offers commands, completes with Tab, and runs the chosen one with Enter", () => {
  const { press, sent, lines } = compose();
  press({ text: "/re" });
  assert(lines().some((line) => line.includes("/retry")), lines().join("\n"));
  press({ text: "t" }, "tab");
  assertEquals(lines().at(-1), "› /retry");
  press("enter");
  press({ text: "/mod" }, "escape");
  assertEquals(lines(), ["› /mod"], "Escape has closed the menu");
  press("killToStart", { text: "/hel" }, "enter");
  assertEquals(sent, ["/retry ", "/help "].map((text) => text));
});

Deno.test("ComposerPane completes files of the session's folder, which may come late, and quotes blanks", async () => {
  const listed = Promise.withResolvers<string[]>();
  const { pane, press, lines, sent } = compose({ source: { ...noOptions, files: () => listed.promise } });
  press({ text: "see @rea" });
  assertEquals(lines(), ["› see @rea"], "nothing is known yet, and typing went on");
  const changed = Promise.withResolvers<void>();
  pane.subscribe(changed.resolve);
  listed.resolve(["src/main.ts", "my readme.md"]);
  await changed.promise;
  assert(lines()[0]?.includes("@my readme.md"), lines().join("\n"));
  press("tab", { text: "please" }, "enter");
  assertEquals(sent, ['see @"my readme.md" please']);
});

Deno.test("ComposerPane finds earlier messages with Ctrl-R, and Escape leaves what was there", () => {
  const { press, sent, lines } = compose({ history: ["fix the parser", "run tests", "fix the lexer"] });
  press({ text: "draft" }, "searchHistory", { text: "fix" });
  assertEquals(lines(), ["  fix the lexer", "search: fix"]);
  press("searchHistory");
  assertEquals(lines()[0], "  fix the parser");
  press("escape");
  assertEquals(lines(), ["› draft"]);
  press("searchHistory", { text: "tests" }, "enter", "enter");
  assertEquals(sent, ["run tests"]);
});

Deno.test("ComposerPane takes what an editor outside has saved, and keeps the draft when that fails", async () => {
  const folder = await Deno.makeTempDir({ prefix: "opta-editor-" });
  try {
    const script = `${folder}/editor.sh`;
    await Deno.writeTextFile(script, '#!/bin/sh\nprintf "%s, edited\\n" "$(cat "$1")" > "$1"\n', { mode: 0o700 });
    const back = Promise.withResolvers<void>();
    const edited = compose({ env: { EDITOR: script } });
    edited.press({ text: "draft" });
    edited.pane.subscribe(back.resolve);
    edited.press("openEditor");
    await back.promise;
    assertEquals(edited.pane.text, "draft, edited");

    const failed = Promise.withResolvers<unknown>();
    const broken = compose({ env: { EDITOR: "exit 3;" }, fail: failed.resolve });
    broken.press({ text: "draft" }, "openEditor");
    assert(String(await failed.promise).includes("exit code 3"));
    assertEquals(broken.pane.text, "draft");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
