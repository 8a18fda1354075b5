import { assertEquals } from "@std/assert";
import { MAX_BATCH_BYTES, MAX_PIECES, OutputBatches, type Stream } from "./output_batches.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function batches(): { told: [Stream, string][]; output: OutputBatches } {
  const told: [Stream, string][] = [];
  return { told, output: new OutputBatches((stream, text) => told.push([stream, text])) };
}

Deno.test("OutputBatches joins what comes together, stream by stream, in its order", () => {
  const { told, output } = batches();
  output.push("stdout", encode("a"));
  output.push("stdout", encode("b"));
  output.push("stderr", encode("c"));
  output.push("stdout", encode("d"));
  assertEquals(told, []);
  output.flush();
  assertEquals(told, [["stdout", "ab"], ["stderr", "c"], ["stdout", "d"]]);
});

Deno.test("OutputBatches tells of a flood how much it left out, and goes on after it", () => {
  const { told, output } = batches();
  output.push("stdout", new Uint8Array(MAX_BATCH_BYTES + 7).fill(97));
  output.push("stdout", encode("ü"));
  output.flush();
  assertEquals(told.map(([, text]) => text.length > 100 ? text.length : text), [
    MAX_BATCH_BYTES,
    "\n… 9 bytes left out …\n",
  ]);
  output.push("stdout", encode("next"));
  output.flush();
  assertEquals(told.at(-1), ["stdout", "next"]);
});

Deno.test("OutputBatches makes few pieces of many changes between the streams, and loses none", () => {
  const { told, output } = batches();
  for (let i = 0; i < 100; i++) {
    output.push("stdout", encode("o"));
    output.push("stderr", encode("e"));
  }
  output.flush();
  assertEquals(told.length, MAX_PIECES);
  assertEquals(told.reduce((sum, [, text]) => sum + text.length, 0), 200);
});

Deno.test("OutputBatches keeps a character whole that comes in two", () => {
  const { told, output } = batches();
  const [first, ...rest] = encode("ü");
  output.push("stdout", new Uint8Array([first ?? 0]));
  output.flush();
  output.push("stdout", new Uint8Array(rest));
  output.flush();
  assertEquals(told, [["stdout", "ü"]]);
});
