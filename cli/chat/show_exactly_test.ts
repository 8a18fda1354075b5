import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { showExactly, showLineExactly } from "@opta/view/permission/show_exactly";
import { sanitize } from "../output/sanitize.ts";

Deno.test("showExactly() shows what a terminal would obey [security 10]", () => {
  assertEquals(showExactly("rm -rf ~\rls\x1b[8m"), "rm -rf ~\\x0dls\\x1b[8m");
  assertEquals(showExactly("a\u202eb\u200bc\u{e0041}\u2028d"), "a\\u{202e}b\\u{200b}c\\u{e0041}\\u{2028}d");
  assertEquals(showExactly("\ud83c!"), "\\u{d83c}!");
});

Deno.test("showExactly() leaves honest text as it is", () => {
  const text = "git commit -m '漢字 👩‍💻'\n\tmore";
  assertEquals(showExactly(text), text);
});

Deno.test("showLineExactly() shows breaks, tabs, and blanks that are none, and leaves honest text as it is", () => {
  assertEquals(showLineExactly("ls\n\t\x1b]0;x\x07"), "ls\\n\\t\\x1b]0;x\\x07");
  assertEquals(showLineExactly("a\u00a0b\u3164c\u2800d\ufe0fe"), "a\\xa0b\\u{3164}c\\u{2800}d\\u{fe0f}e");
  assertEquals(showLineExactly("git commit -m '漢字 é 👩' \\*"), "git commit -m '漢字 é 👩' \\*");
});

Deno.test("showExactly() leaves nothing out", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const shown = showExactly(text);
    assertEquals(shown, sanitize(shown));
    const back = shown.replace(
      /\\(?:x(..)|u\{([0-9a-f]+)\})/g,
      (_, x, u) => String.fromCodePoint(parseInt(x ?? u, 16)),
    );
    if (!text.includes("\\")) assertEquals(back, text);
  }));
});
