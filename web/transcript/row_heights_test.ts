import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { RowHeights } from "./row_heights.ts";

Deno.test("RowHeights finds where rows begin, and which row is where", () => {
  const heights = new RowHeights();
  heights.resize(4, (row) => (row + 1) * 10); // 10 20 30 40
  assertEquals([0, 1, 2, 3, 4].map((row) => heights.offsetOf(row)), [0, 10, 30, 60, 100]);
  assertEquals([-5, 0, 9, 10, 29, 30, 99, 100, 1_000].map((offset) => heights.rowAt(offset)), [
    0,
    0,
    0,
    1,
    1,
    2,
    3,
    3,
    3,
  ]);
  heights.set(1, 5);
  assertEquals([heights.offsetOf(2), heights.total, heights.rowAt(14), heights.rowAt(15)], [15, 85, 1, 2]);
});

Deno.test("RowHeights is what adding up would be, however rows are added, measured and taken away", () => {
  const act = fc.oneof(
    fc.record({ kind: fc.constant("resize" as const), count: fc.nat(60) }),
    fc.record({ kind: fc.constant("set" as const), row: fc.nat(60), height: fc.integer({ min: 1, max: 500 }) }),
  );
  fc.assert(fc.property(fc.array(act, { maxLength: 60 }), fc.nat(5_000), (acts, offset) => {
    const heights = new RowHeights();
    let plain: number[] = [];
    for (const act of acts) {
      if (act.kind === "set") {
        heights.set(act.row, act.height);
        if (act.row < plain.length) plain[act.row] = act.height;
      } else {
        heights.resize(act.count, (row) => row + 7);
        plain = Array.from({ length: act.count }, (_, row) => plain[row] ?? row + 7);
      }
    }
    const offsets = plain.map((_, row) => plain.slice(0, row).reduce((sum, height) => sum + height, 0));
    assertEquals(plain.map((_, row) => heights.offsetOf(row)), offsets);
    assertEquals(heights.total, plain.reduce((sum, height) => sum + height, 0));
    assertEquals(heights.rowAt(offset), Math.max(0, offsets.findLastIndex((begin) => begin <= offset)));
  }));
});

Deno.test("RowHeights without rows has nothing at any height", () => {
  const heights = new RowHeights();
  assertEquals([heights.total, heights.rowAt(10), heights.heightOf(3)], [0, 0, 0]);
});
