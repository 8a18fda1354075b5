import { assertEquals } from "@std/assert";
import { runsOf, type ShownLine } from "./diff_view.tsx";
import { foldText } from "./turn_view.tsx";

Deno.test("runsOf() joins lines of one kind, and loses none", () => {
  const lines: ShownLine[] = [
    { kind: "context", text: "a" },
    { kind: "added", text: "+b" },
    { kind: "added", text: "+c" },
    { kind: "removed", text: "-d" },
  ];
  const runs = runsOf(lines);
  assertEquals(runs.map(({ kind, text }) => `${kind} ${text}`), ["context a", "added +b\n+c", "removed -d"]);
  assertEquals(runs.map(({ text }) => text).join("\n"), lines.map(({ text }) => text).join("\n"));
});

Deno.test("foldText() shows the beginning of a long text, and a short one as it is", () => {
  assertEquals(foldText("one\ntwo"), "one\ntwo");
  assertEquals(foldText("line\n".repeat(100)).split("\n").length, 18);
  assertEquals(foldText("x".repeat(5_000)).length, 1_600);
});
