import { assertEquals, assertStringIncludes } from "@std/assert";
import { tooMuchToAsk } from "./use_project.ts";

Deno.test("tooMuchToAsk() has nobody asked about rules that would scroll away before the question", () => {
  const file = { path: "/p/.opta/config.jsonc" };
  const size = { columns: 100, rows: 24 };
  const rules = (count: number, length = 8) =>
    Array.from({ length: count }, (_, i) => `permissions.run_command: ${"x".repeat(length)}${i} = allow`);
  assertEquals(tooMuchToAsk(file, rules(22), size), null);
  assertStringIncludes(tooMuchToAsk(file, rules(23), size) ?? "", "in more ways (23) than fit on this screen");
  assertEquals(tooMuchToAsk(file, rules(1, 1_800), size), null);
  assertStringIncludes(tooMuchToAsk(file, rules(1, 2_200), size) ?? "", "That is ignored.");
});
