import { assertEquals, assertStringIncludes } from "@std/assert";
import { parseJsonc } from "./jsonc.ts";

Deno.test("parseJsonc() reads comments, trailing commas, a mark at the beginning, and a key called __proto__", async () => {
  assertEquals(await parseJsonc('\uFEFF{ // one\n  "a": [1, /* two */ 2,], }'), { ok: true, value: { a: [1, 2] } });
  const parsed = await parseJsonc('{/**/"__proto__":{"a":1}}');
  assertEquals(parsed.ok && Object.keys(parsed.value as object), ["__proto__"]);
  assertEquals(await parseJsonc('{"a"'), { ok: false, problem: "a colon is missing", line: 1, column: 5 });
});

Deno.test("parseJsonc() refuses what is nested too deeply, whatever stands between the brackets", async () => {
  const times = 20_000;
  const texts = [
    ...["[".repeat(times), `{"x":${"[".repeat(times)}${"]".repeat(times)}}`],
    ...[`/*${"}".repeat(times)}*/${"[".repeat(times)}`, `"\n${"[/*]*/".repeat(times)}`, "[//]\n".repeat(times)],
    ...['["]",'.repeat(times), '{"]":'.repeat(times), "[},".repeat(times), "]".repeat(times) + "[".repeat(times)],
  ];
  for (const text of texts) {
    const parsed = await parseJsonc(text);
    assertStringIncludes(parsed.ok ? "" : parsed.problem, "nested too deeply", text.slice(0, 20));
  }
  assertEquals((await parseJsonc(`{"x":"${"[".repeat(times)}"} // ${"{".repeat(times)}`)).ok, true);
});
