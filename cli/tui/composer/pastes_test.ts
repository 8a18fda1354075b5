import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { expanded, labelOf, noPastes, pasteAt, type Pastes, pruned, takeIn } from "./pastes.ts";

const long = "line\n".repeat(1_532);

Deno.test("takeIn() leaves short texts as they are, and puts one character in place of a long one", () => {
  assertEquals(takeIn(noPastes, "a\nb", []), { pastes: noPastes, inserted: "a\nb" });
  const { pastes, inserted } = takeIn(noPastes, long, []);
  assertEquals([...inserted].length, 1);
  assertEquals(labelOf(pastes, inserted), "[pasted 1,532 lines]");
  assertEquals(labelOf(takeIn(noPastes, "x".repeat(24_000), []).pastes, inserted), "[pasted 24,000 characters]");
  assertEquals(labelOf(pastes, "a"), null);
  assertEquals(expanded(pastes, `<${inserted}>`), `<${long}>`);
});

Deno.test("takeIn() never takes a character for a paste that somebody wrote", () => {
  const own = "\u{100000}";
  const { pastes, inserted } = takeIn(noPastes, long, [`mine: ${own}`]);
  assertEquals(inserted === own, false);
  assertEquals(expanded(pastes, own + inserted), own + long);
  const again = takeIn(pastes, `typed ${inserted}`, [inserted]);
  assertEquals(expanded(again.pastes, again.inserted), `typed ${inserted}`);
});

Deno.test("takeIn() and expanded() give back what was put in, whatever it is", () => {
  const piece = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 5 }),
    fc.constantFrom("\u{100000}", "\u{100001}x", long, "\u{100002}".repeat(2_000)),
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
    let [pastes, text]: [Pastes, string] = [noPastes, ""];
    for (const piece of pieces) {
      const taken = takeIn(pastes, piece, [text]);
      [pastes, text] = [taken.pastes, text + taken.inserted];
    }
    assertEquals(expanded(pastes, text), pieces.join(""));
  }));
});

Deno.test("pruned() forgets what stands nowhere any more", () => {
  const { pastes, inserted } = takeIn(noPastes, long, []);
  assertEquals(pruned(pastes, ["", `a${inserted}`]), pastes);
  assertEquals(pruned(pastes, ["a"]).texts.size, 0);
});

Deno.test("pasteAt() finds the paste that the cursor touches", () => {
  const { pastes, inserted } = takeIn(noPastes, long, []);
  const text = `ab${inserted}c`;
  assertEquals([2, 4].map((cursor) => pasteAt(pastes, text, cursor)), [{ start: 2, end: 4 }, { start: 2, end: 4 }]);
  assertEquals([0, 1, 5].map((cursor) => pasteAt(pastes, text, cursor)), [null, null, null]);
});
