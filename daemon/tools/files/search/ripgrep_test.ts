import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { searchHost } from "../files_host.ts";
import { callFiles } from "../operations.ts";
import { TestWorkspace } from "../testing/test_workspace.ts";
import { compilePattern } from "./search_pattern.ts";

const hasRipgrep = await new Deno.Command("rg", { args: ["--version"], stdout: "null" }).output().then(
  () => true,
  () => false,
);
if (!hasRipgrep) console.log("not run: ripgrep is not there to compare with");

const FILES = {
  ".gitignore": "ignored/\n*.gen\n!keep.gen\n/top\n",
  ".ignore": "a.ts\n",
  ".hidden/a.ts": "foo\n",
  "a.ts": "foo bar\r\nfoobar\r\nBAR foo\r\n",
  "b.ts": "\ufefffoo\nx foo\n\u017ffoo\n",
  "keep.gen": "foo\n",
  "drop.gen": "foo\n",
  "ignored/a.ts": "foo\n",
  "sub/.gitignore": "!drop.gen\nb*\n",
  "sub/drop.gen": "foo 12\n",
  "sub/b.ts": "foo\n",
  "sub/top": "foo(1)\n",
  "sub/deep/c.md": "café FOO\n\tfoo\n",
  "top": "foo\n",
  "node_modules/m/a.js": "foo\n",
  "zero.bin": new Uint8Array([0x66, 0x6f, 0x6f, 0]),
  "latin1.txt": new Uint8Array([0x66, 0x6f, 0x6f, 0xe9]),
  "utf16.txt": new Uint8Array([0xff, 0xfe, 0x66, 0, 0x6f, 0, 0x6f, 0]),
};

const PATTERNS = [
  "foo",
  "^foo",
  "foo$",
  "^foo$",
  "\\bfoo\\b",
  "foo\\s\\w+",
  "(?:foo|BAR)\\W",
  "(?<name>foo)\\d?\\(",
  "[^a-z ]+$",
  "f.o{1,2}",
  "caf\\u00e9",
  "\\u{66}oo",
  "\\p{L}oo",
  "(?=foo)f",
  "(f)o\\1?",
  "\\-foo|\\x66oo",
  "^\\s*foo",
  "s.*foo",
];

Deno.test({
  name: "searching gives the same answer with ripgrep and without it",
  ignore: !hasRipgrep,
  fn: async () => {
    await using plain = await TestWorkspace.create();
    await using fast = await TestWorkspace.create({ hasRipgrep: true });
    for (const work of [plain, fast]) await work.write(FILES);
    const answers = new Set<string>();
    for (const pattern of PATTERNS) {
      const more = [{}, { ignore_case: true, context: 1 }, { include_ignored: true }, { path: "sub" }, {
        glob: "**/*.{ts,md}",
      }];
      for (const options of [...more, { literal: true }, { path: "ignored" }, { path: "a.ts" }, { limit: 3 }]) {
        const args = { pattern, ...options };
        const [expected, actual] = [await plain.call("search_files", args), await fast.call("search_files", args)];
        assertEquals(actual, expected, JSON.stringify(args));
        answers.add(expected.result);
      }
    }
    assertEquals(answers.size > 40, true);
  },
});

Deno.test({
  name: "what ripgrep is asked for matches every line that the pattern does",
  ignore: !hasRipgrep,
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "opta-files-" });
    const atom = fc.constantFrom(
      "a",
      "b",
      "é",
      ".",
      "\\w",
      "\\W",
      "\\s",
      "\\d",
      "\\b",
      "[a-b]",
      "[^a]",
      "\\.",
      "\\x61",
      "^",
      "$",
      "K",
    );
    const repeat = fc.constantFrom("", "", "", "+", "*", "?", "{2}", "{1,}", "*?");
    const wrapped = fc.constantFrom((s: string) => s, (s: string) => `(${s})`, (s: string) => `(?:${s}|b)`);
    const piece = fc.tuple(atom, repeat, wrapped).map(([a, r, wrap]) => wrap(/^(?:\^|\$|\\b)$/.test(a) ? a : a + r));
    const source = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(""));
    const line = fc.array(fc.constantFrom("a", "b", "é", "É", " ", ".", "1", "-", "k", "\u212a"), { maxLength: 6 });
    try {
      await fc.assert(
        fc.asyncProperty(source, line, fc.boolean(), fc.boolean(), async (pattern, chars, ignoreCase, isCrlf) => {
          const text = chars.join("");
          const { expression, forRipgrep } = compilePattern(pattern, { isLiteral: false, ignoreCase });
          if (forRipgrep === null || !expression.test(text)) return;
          await Deno.writeTextFile(`${folder}/a`, text + (isCrlf ? "\r\n" : "\n"));
          const args = ["-c", ignoreCase ? "-i" : "-s", "-e", forRipgrep, "--", `${folder}/a`];
          const { stdout, stderr } = await new Deno.Command("rg", { args }).output();
          const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
          assertEquals(said, "1\n", JSON.stringify([pattern, forRipgrep, text]));
        }),
        { numRuns: 300 },
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("ripgrep is run when it is in the PATH, but not one that lies in the workspace", async () => {
  await using work = await TestWorkspace.create();
  await work.write({ "bin/rg": "#!/bin/sh\nexit 1\n", "a": "foo\n" }); // it says that nothing matches
  await Deno.chmod(work.path("bin/rg"), 0o755);
  await Deno.copyFile(work.path("bin/rg"), work.outside("rg"));
  const searchWith = async (path: string) => {
    const args = { isLiteral: false, ignoreCase: false, path: ".", contextLines: 0, limit: 9, includeIgnored: false };
    const host = await work.start(searchHost({ ...work.hostOptions, path }));
    const { signal } = new AbortController();
    return (await callFiles(host, "searchFiles", { ...args, pattern: "foo", glob: "a", limitMs: 60_000 }, { signal }))
      .text;
  };
  assertEquals(await searchWith(`${work.path("bin")}:bin:`), "a\n  1: foo\n\n[1 matching line in 1 file]");
  assertEquals(await searchWith(`${work.path("bin")}:${work.outside()}`), "[No matches]");
});
