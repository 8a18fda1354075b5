import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { applyEdits } from "./apply_edits.ts";
import { lineEndingOf } from "./line_endings.ts";

const edit = (oldString: string, newString: string, replaceAll = false) => ({ oldString, newString, replaceAll });

/** Short texts of few characters, so that pieces repeat and overlap. */
const text = (...extra: string[]) =>
  fc.array(fc.constantFrom("a", "b", "\n", ...extra), { maxLength: 12 }).map((chars) => chars.join(""));

Deno.test("applyEdits() does what splitting and joining does, where the text is there once", () => {
  fc.assert(fc.property(text(), text(), text(), fc.boolean(), (original, old, fresh, all) => {
    fc.pre(old !== "" && old !== fresh);
    const starts = Array.from(original, (_, i) => i).filter((i) => original.startsWith(old, i));
    const edited = applyEdits(original, [edit(old, fresh, all)]);
    const isPossible = all ? starts.length > 0 : starts.length === 1;
    assertEquals("text" in edited ? edited.text : null, isPossible ? original.split(old).join(fresh) : null);
  }));
});

Deno.test("applyEdits() works on a file with CRLF as on one with LF", () => {
  const toCrlf = (lf: string) => lf.replaceAll("\n", "\r\n");
  fc.assert(fc.property(text(), text(), text(), fc.boolean(), fc.boolean(), (original, old, fresh, all, asCrlf) => {
    fc.pre(old !== "" && old !== fresh && original.includes("\n"));
    const given = edit(asCrlf ? toCrlf(old) : old, asCrlf ? toCrlf(fresh) : fresh, all);
    const [lf, crlf] = [applyEdits(original, [given]), applyEdits(toCrlf(original), [given])];
    assertEquals("text" in crlf ? crlf.text : crlf, "text" in lf ? toCrlf(lf.text) : lf);
  }));
});

Deno.test("applyEdits() leaves every line ending alone that is not in what it replaces", () => {
  fc.assert(fc.property(text("\r\n"), text("\r\n"), (before, after) => {
    const original = `${before}X${after}`;
    const edited = applyEdits(original, [edit("X", "Y\nZ")]);
    assertEquals(edited, { text: `${before}Y${lineEndingOf(original)}Z${after}`, count: 1 });
  }));
});
