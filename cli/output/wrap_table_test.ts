import { assertEquals } from "@std/assert";
import { formatWrapped } from "./wrap_table.ts";

Deno.test("formatWrapped() goes on below a value, and leaves what is no terminal in peace", () => {
  const rows = [["Log", "/x"], ["Model", "a (b): It was chosen"]] as const;
  assertEquals(formatWrapped(rows, 16), "Log    /x\nModel  a (b): It\n       was\n       chosen\n");
  assertEquals(formatWrapped(rows, Infinity), "Log    /x\nModel  a (b): It was chosen\n");
  assertEquals(formatWrapped([], 16), "");
});
