import { assertEquals } from "@std/assert";
import { VERSION } from "@opta/protocol";
import { mask } from "./mask.ts";

Deno.test("mask() makes the same text of two runs", () => {
  const screen = (id: string, rate: string, seconds: string, speed: string) =>
    [
      `opta ${VERSION} · session sess_${id}`,
      `opta-demo · 224 tokens (est.) · ${rate} tokens/s · ${seconds} s`,
      `○ reconnecting 1 s · ~7 tokens${speed}`,
      "›  ",
    ].join("\n");
  const one = mask(screen("c8d4500d-5f71-40f4-8930-4ef7caa37f09", "32.5", "6.9", " · ~61/s"));
  assertEquals(one, mask(screen("420cb96e-39f8-4b7f-8d42-936c73feed67", "29.1", "7.2", "")));
  assertEquals(one.split("\n").slice(1), [
    "opta-demo · 224 tokens (est.) · 12.3 tokens/s · 1.2 s",
    "○ reconnecting 1 s · ~7 tokens",
    "›",
  ]);
});

Deno.test("mask() keeps columns where they are", () => {
  const text = `sess_c8d4500d-5f71 │ ${VERSION} │ 10.2 s │`;
  assertEquals(mask(text).length, text.length);
});
