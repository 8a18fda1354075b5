import { assert, assertEquals } from "@std/assert";
import { Value } from "@opta/view/value";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import stringWidth from "string-width";
import { type Key, KeyDecoder, type KeyName } from "../../chat/keys.ts";
import { themeOf } from "../theme.ts";
import type { Option, OptionSource } from "./option_source.ts";
import { type ComposerOptions, ComposerPane } from "./composer_pane.ts";

const noOptions: OptionSource = {
  folder: () => null,
  files: () => Promise.resolve([]),
  values: () => Promise.resolve([]),
};
const options = (...values: string[]) => values.map((value) => ({ value, hint: "" }));

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

const paste = "line\n".repeat(1_532).trimEnd();

Deno.test("ComposerPane shows a long paste by its size, deletes it as one, and sends all of it", () => {
  const { press, sent, lines } = compose();
  press({ text: "look: " }, { text: paste }, { text: " ok?" });
  assertEquals(lines(), ["› look: [pasted 1,532 lines] ok?"]);
  press("enter");
  assertEquals(sent, [`look: ${paste} ok?`]);
  press({ text: paste }, "backspace", { text: "x" }, "enter");
  assertEquals(sent[1], "x");
});

Deno.test("ComposerPane takes a paste of 100 KB as one, wherever the reads cut it", () => {
  const { pane, press, sent, lines } = compose();
  const text = Array.from({ length: 2_000 }, (_, i) => `${i}: a line of some text, with 漢字 in it, to be read`).join(
    "\n",
  );
  const decoder = new KeyDecoder();
  const input = `see \x1b[200~${text.replaceAll("\n", "\r")}\x1b[201~ ok`;
  for (let at = 0; at < input.length; at += 4_095) {
    for (const key of decoder.push(input.slice(at, at + 4_095))) pane.press(key);
  }
  assertEquals(lines(60)[0], "› see [pasted 2,000 lines] ok");
  press("enter");
  assertEquals(sent, [`see ${text} ok`]);
});

Deno.test("ComposerPane unfolds a paste that the cursor touches, and goes through it as through any text", () => {
  const { pane, press, lines } = compose();
  press({ text: "look: " }, { text: paste });
  assertEquals(lines(60), ["› look: [pasted 1,532 lines]", "  Tab unfolds the paste · Backspace deletes it"]);
  press("tab");
  assertEquals([lines().length, lines()[0], pane.text], [7, "↑ line", `look: ${paste}`]);
  press("pageUp", { text: "!" });
  assertEquals(pane.text.split("\n").findIndex((line) => line.includes("!")), 1_531 - 7);
});

Deno.test("ComposerPane refuses a message that is too long, and keeps it", () => {
  const { pane, press, sent, failures } = compose();
  const half = "x".repeat(300_000);
  press({ text: half }, { text: half }, "enter");
  assertEquals([sent.length, pane.text.length, failures.length], [0, 600_000, 1]);
  assert(String(failures[0]).includes("600,000 characters"), String(failures[0]));
  press(...Array(20).fill({ text: half }));
  assert(pane.text.length < 4_500_000, "and a text has its bound");
});

Deno.test("ComposerPane walks through broken rows before it goes to the history, and comes back to the draft", () => {
  const { press, lines } = compose({ history: ["earlier"] });
  press({ text: "one two three four" }, { text: paste });
  assertEquals(lines(12, 9).slice(0, 3), ["› one two", "  three", "  four"]);
  press(...Array(4).fill("up"), "down", { text: "!" });
  assert(lines(60, 9)[0]?.startsWith("› one two three four[pasted"), "the history and back");
  press("up");
  assertEquals(lines(60), ["› earlier"]);
  press("down");
  assert(lines(60)[0]?.includes("[pasted 1,532 lines]"));
});

/** Columns that a paste takes while it is folded: `[pasted 5,000 characters]` and what may be around it. */
const LONGEST_FOLDED = 30;

Deno.test("ComposerPane does with a text what keys mean, whatever is pasted, and keeps the cursor on it", () => {
  const keys = ["left", "right", "home", "end", "backspace", "delete", "newline"] as const;
  const atoms = ["a", " ", "漢", "👩‍👩‍👧", "🇩🇪", paste, "y".repeat(5_000)];
  const key = fc.oneof(fc.constantFrom(...keys), fc.record({ text: fc.constantFrom(...atoms) }));
  fc.assert(
    fc.property(fc.array(key, { maxLength: 40 }), fc.integer({ min: 12, max: 50 }), (pressed, columns) => {
      const { pane, press } = compose();
      let [before, after]: [string[], string[]] = [[], []];
      const isBreak = (atom: string | undefined) => atom === undefined || atom === "\n";
      const moves: Record<(typeof keys)[number], () => void> = {
        left: () => before.length > 0 && after.unshift(before.pop()!),
        right: () => after.length > 0 && before.push(after.shift()!),
        home: () => {
          while (!isBreak(before.at(-1))) moves.left();
        },
        end: () => {
          while (!isBreak(after[0])) moves.right();
        },
        backspace: () => before.pop(),
        delete: () => after.shift(),
        newline: () => before.push("\n"),
      };
      for (const key of pressed) {
        press(key);
        if (typeof key === "string") moves[key]();
        else before = [...before, key.text];
        const { cursor } = pane.view({ columns, rows: 30 });
        const left = before.slice(before.lastIndexOf("\n") + 1);
        const end = after.indexOf("\n");
        const right = end < 0 ? after : after.slice(0, end);
        // As long as a line is one row, the cursor stands behind what is before it.
        const width = (atoms: string[], ofPaste: number) =>
          atoms.reduce((sum, atom) => sum + (atom.length > 1_000 ? ofPaste : stringWidth(atom)), 0);
        const column = 2 + width(left, NaN);
        if (column + width(right, LONGEST_FOLDED) < columns - 1) assertEquals(cursor!.column, column);
      }
      assertEquals(pane.text, [...before, ...after].join(""));
      after = [];
    }),
  );
});

Deno.test("ComposerPane keeps the cursor on its rows, and these within the columns and rows that there are", () => {
  const keys = "left right home end up down backspace delete wordLeft killWord tab pageUp enter newline".split(" ");
  const key = fc.oneof(
    fc.constantFrom(...keys as KeyName[], "searchHistory" as const, "escape" as const),
    fc.record({
      text: fc.oneof(fc.string({ unit: "grapheme", maxLength: 8 }), fc.constantFrom("漢字 👩‍👩‍👧 é", "/m", paste)),
    }),
  );
  fc.assert(fc.property(fc.array(key, { maxLength: 40 }), fc.integer({ min: 8, max: 90 }), (pressed, columns) => {
    const { pane, press } = compose({ history: ["earlier", "before\nthat"] });
    for (const key of pressed) {
      press(key);
      for (const rows of [1, 2, 5, 12]) {
        const { lines, cursor } = pane.view({ columns, rows });
        assert(lines.length <= rows, `${lines.length} of ${rows}`);
        for (const line of lines) assert(stringWidth(line) <= columns, JSON.stringify(line));
        assert(cursor && cursor.row < lines.length && cursor.column < columns, JSON.stringify(cursor));
      }
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
  const listed = Promise.withResolvers<Option[]>();
  const { pane, press, lines, sent } = compose({ source: { ...noOptions, files: () => listed.promise } });
  press({ text: "see @rea" });
  assertEquals(lines(), ["› see @rea"], "nothing is known yet, and typing went on");
  const changed = Promise.withResolvers<void>();
  pane.subscribe(changed.resolve);
  listed.resolve(options("src/main.ts", "my readme.md"));
  await changed.promise;
  assert(lines()[0]?.includes("@my readme.md"), lines().join("\n"));
  press("tab", { text: "please" }, "enter");
  assertEquals(sent, ['see @"my readme.md" please']);
});

Deno.test("ComposerPane finds earlier messages with Ctrl-R, and Escape leaves what was there", () => {
  const { press, sent, lines } = compose({ history: ["fix the parser", "run tests", "fix the lexer"] });
  press({ text: "draft" }, "searchHistory", { text: "fix" });
  assertEquals(lines(), ["  fix the lexer", "search: fix  Ctrl-R goes on · Enter ta…"]);
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

Deno.test("ComposerPane leaves the argument of a command as it was typed, unless another one is chosen", async () => {
  const listed = Promise.withResolvers<Option[]>();
  const { pane, press, sent } = compose({ source: { ...noOptions, values: () => listed.promise } });
  const changed = Promise.withResolvers<void>();
  pane.subscribe(changed.resolve);
  press({ text: "/model 2" });
  listed.resolve(options("qwen2", "llama2"));
  await changed.promise;
  press("enter", { text: "/model 2" }, "down", "enter", { text: "/model lla" }, "tab", "enter");
  assertEquals(sent, ["/model 2", "/model llama2 ", "/model llama2 "]);
});

Deno.test("ComposerPane gives up what is asked for when the menu closes, and asks again elsewhere", async () => {
  const asked: AbortSignal[] = [];
  const { press, lines, pane } = compose({
    source: {
      ...noOptions,
      files(signal) {
        asked.push(signal);
        return Promise.resolve(options("a.ts"));
      },
    },
  });
  press({ text: "@" }, "backspace");
  assertEquals(asked.map(({ aborted }) => aborted), [true]);
  await Promise.resolve();
  press({ text: "@a" });
  const changed = Promise.withResolvers<void>();
  pane.subscribe(changed.resolve);
  await changed.promise;
  assertEquals([asked.length, lines()[0]], [2, "  @a.ts"]);
  press("escape", { text: "." });
  assertEquals(lines(), ["› @a."], "closed by hand, it stays closed at this place");
  press({ text: " @" });
  assertEquals([asked.length, lines()[0]], [2, "  @a.ts"], "what was asked for a moment ago is believed");
});

Deno.test("ComposerPane finds files among many without anybody waiting, and takes no choice that fits what was typed before", async () => {
  const many = options(...Array.from({ length: 5_000 }, (_, i) => `src/${i}.ts`), "docs/wanted.md");
  const { pane, press, lines, sent } = compose({ source: { ...noOptions, files: () => Promise.resolve(many) } });
  const until = async (line: string) => {
    while (!lines()[0]?.includes(line)) await new Promise<void>((resolve) => pane.subscribe(resolve));
  };
  press({ text: "@" });
  await until("@src/0.ts");
  press({ text: "wanted" }, "tab");
  assertEquals(pane.text, "@wanted");
  await until("@docs/wanted.md");
  press("enter", "enter");
  assertEquals(sent, ["@docs/wanted.md "]);
});

Deno.test("ComposerPane offers sessions by their titles, and writes their ids", async () => {
  const sessions = [{ value: "s-1", label: "Fix the parser", hint: "s-1" }, {
    value: "s-2",
    label: "Docs",
    hint: "s-2",
  }];
  const { pane, press, sent } = compose({ source: { ...noOptions, values: () => Promise.resolve(sessions) } });
  const changed = Promise.withResolvers<void>();
  pane.subscribe(changed.resolve);
  press({ text: "/resume " });
  await changed.promise;
  press({ text: "pars" }, "tab", "enter");
  assertEquals(sent, ["/resume s-1 "]);
});

Deno.test("ComposerPane closes its menu with Escape, and leaves any other Escape to the app", () => {
  const { pane, press } = compose();
  press({ text: "/he" });
  assertEquals([1, 2].map(() => pane.press({ name: "escape" })), [true, false]);
  assertEquals(pane.press({ name: "shiftTab" }), false);
});
