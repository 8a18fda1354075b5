import { assertEquals } from "@std/assert";
import { FrameOutput } from "./frame_output.ts";

const BEGIN = "\x1b[?2026h";
const END = "\x1b[?2026l";

function output() {
  const written: string[] = [];
  return {
    written,
    it: new FrameOutput({ write: (text) => written.push(text), size: () => ({ columns: 80, rows: 24 }) }),
  };
}

Deno.test("FrameOutput writes a frame at once, with the lines that were printed before it", () => {
  const { written, it } = output();
  it.hold();
  it.write("printed\n");
  assertEquals(written, []);
  for (const piece of [BEGIN, "frame", END]) it.write(piece);
  assertEquals(written, [`${BEGIN}printed\nframe${END}`]);
});

Deno.test("FrameOutput writes what is outside of a frame as it comes, and gives a broken one up when it is told to", () => {
  const { written, it } = output();
  it.write("\x1b[?25h");
  it.hold();
  it.write("half");
  it.release();
  it.release();
  for (const piece of [BEGIN, END]) it.write(piece); // nothing between
  assertEquals(written, ["\x1b[?25h", `${BEGIN}half${END}`]);
});
