import { assert, assertEquals } from "@std/assert";
import { loadLanguage } from "@opta/view/highlight";
import { CodePainter } from "./code_painter.ts";
import { colour } from "./layout_code.ts";

const comment = ["/* a comment", ...Array.from({ length: 30 }, (_, i) => i % 3 === 0 ? "" : ` of line ${i}`), "*/"];
const code = ["const a = 1;", "", ...comment, "", "let b = `", "text", "`;", "function f() {", "  return 2;", "}"];

Deno.test("CodePainter gives each line the colours that it has in the whole, also within a long comment", async () => {
  await loadLanguage("js");
  const whole = colour(code.join("\n"), "js");
  const painter = new CodePainter("js");
  const byLine = code.flatMap((line) => painter.add([line]) ?? []);
  assertEquals(byLine, whole);
});

Deno.test("CodePainter.peek() colours a line that is not there yet, and forgets it", async () => {
  await loadLanguage("js");
  const painter = new CodePainter("js");
  painter.add(["let a = 1;"]);
  assertEquals(painter.peek(["/* not"])?.[0]?.[0]?.kind, "comment");
  assertEquals(painter.add(["let b"])?.[0]?.[0]?.kind, "keyword");
});

Deno.test("CodePainter leaves a language that it does not know plain", () => {
  assert(new CodePainter("klingon").add(["x"]) === null);
});
