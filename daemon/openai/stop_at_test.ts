import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ModelPart } from "../model/model.ts";
import { stopAt } from "./stop_at.ts";

async function textOf(pieces: string[], stops: string[]): Promise<{ text: string; reason: string; pieces: number }> {
  async function* parts(): AsyncGenerator<ModelPart> {
    for (const text of pieces) yield { type: "text", text };
    yield { type: "finish", reason: "length" };
  }
  let text = "";
  let reason = "";
  let count = 0;
  for await (const part of stopAt(parts(), stops)) {
    if (part.type === "text") {
      text += part.text;
      count++;
    } else if (part.type === "finish") reason = part.reason;
  }
  return { text, reason, pieces: count };
}

Deno.test("stopAt() ends before the first stop, wherever the pieces are cut", async () => {
  const short = fc.stringMatching(/^[ab]{1,3}$/);
  await fc.assert(fc.asyncProperty(
    fc.array(fc.stringMatching(/^[abc]{0,4}$/), { maxLength: 12 }),
    fc.array(short, { minLength: 1, maxLength: 4 }),
    async (pieces, stops) => {
      const whole = pieces.join("");
      const found = stops.map((stop) => whole.indexOf(stop)).filter((at) => at >= 0);
      const wanted = found.length > 0
        ? { text: whole.slice(0, Math.min(...found)), reason: "stop" }
        : { text: whole, reason: "length" };
      const { text, reason } = await textOf(pieces, stops);
      assertEquals({ text, reason }, wanted);
    },
  ));
});

Deno.test("stopAt() holds back no more than what could be the beginning of a stop", async () => {
  assertEquals(await textOf(["one", "two", "END"], ["ENDE"]), { text: "onetwoEND", reason: "length", pieces: 3 });
});
