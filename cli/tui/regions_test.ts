import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { PaneSize } from "./pane.ts";
import { emptyRegions, layOutRegions, type Part, type Parts, regionNames, setRegions } from "./regions.ts";

const lines = (count: number, text = "x"): Part => () => ({
  lines: Array.from({ length: count }, (_, i) => `${text}${i}`),
});
const greedy: Part = ({ rows }) => ({ lines: Array.from({ length: rows * 2 }, (_, i) => `${i}`) });
const none: Parts = { tail: null, panel: null, queue: null, composer: null, status: null };

const heightOf = (parts: Parts, size: PaneSize) =>
  Object.values(layOutRegions(parts, size).lines).reduce((sum, { length }) => sum + length, 0);

Deno.test("layOutRegions() never fills the screen, whatever its parts want", () => {
  const part = fc.oneof(fc.constant(greedy), fc.constant(null), fc.nat(60).map((count) => lines(count)));
  const parts = fc.record({ tail: part, panel: part, queue: part, composer: part, status: part });
  fc.assert(fc.property(parts, fc.integer({ min: 3, max: 60 }), (parts, rows) => {
    assert(heightOf(parts, { columns: 80, rows }) <= rows - 2);
  }));
});

Deno.test("layOutRegions() gives the status and the composer their rows first, and shows the end of the tail", () => {
  const parts = { ...none, tail: lines(50), composer: lines(2, "c"), status: lines(1, "s") };
  const { lines: shown } = layOutRegions(parts, { columns: 80, rows: 12 });
  assertEquals([shown.composer, shown.status], [["c0", "c1"], ["s0"]]);
  assertEquals([shown.tail.length, shown.tail.at(-1)], [7, "x49"]);
});

Deno.test("layOutRegions() parts what is read from what is typed by a blank row, where there is room", () => {
  const parts: Parts = { ...none, tail: lines(1), composer: () => ({ lines: ["› a"], cursor: { row: 0, column: 3 } }) };
  const roomy = layOutRegions(parts, { columns: 80, rows: 24 });
  assertEquals([roomy.lines.composer, roomy.cursor], [["", "› a"], { x: 3, y: 2 }]);
  const small = layOutRegions(parts, { columns: 80, rows: 10 });
  assertEquals([small.lines.composer, small.cursor], [["› a"], { x: 3, y: 1 }]);
});

Deno.test("layOutRegions() puts the cursor where the panel wants it, or else the composer", () => {
  const typed = (row: number): Part => () => ({ lines: ["a", "b"], cursor: { row, column: 1 } });
  const size = { columns: 80, rows: 10 };
  assertEquals(layOutRegions({ ...none, panel: typed(1), composer: typed(0) }, size).cursor, { x: 1, y: 1 });
  assertEquals(layOutRegions({ ...none, panel: lines(2), composer: typed(1) }, size).cursor, { x: 1, y: 3 });
  assertEquals(layOutRegions({ ...none, panel: lines(2) }, size).cursor, null);
});

Deno.test("setRegions() tells of the parts that have changed, and of no others", () => {
  const regions = emptyRegions();
  const told: string[] = [];
  for (const name of regionNames) regions[name].subscribe(() => told.push(name));
  const size = { columns: 80, rows: 24 };
  const parts = { ...none, tail: lines(2), status: lines(1) };
  setRegions(regions, layOutRegions(parts, size));
  setRegions(regions, layOutRegions({ ...parts, tail: lines(3) }, size));
  assertEquals(told, ["tail", "status", "tail"]);
});
