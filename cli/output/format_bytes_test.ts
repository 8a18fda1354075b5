import { assertEquals } from "@std/assert";
import { formatBytes } from "./format_bytes.ts";

Deno.test("formatBytes() reads like a size", () => {
  assertEquals([0, 1, 4096, 3 * 1024 ** 2 / 2].map(formatBytes), ["0 KiB", "1 KiB", "4 KiB", "1.5 MiB"]);
  assertEquals([1024 ** 3, 72 * 1024 ** 3].map(formatBytes), ["1.0 GiB", "72.0 GiB"]);
});
