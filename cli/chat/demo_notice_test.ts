import { assertEquals } from "@std/assert";
import { startAnnouncer } from "./demo_notice.ts";

const demo = { at: "", model: "opta-demo", provider: "opta-demo", transport: "builtin" };
const lmx = { at: "", model: "m1", provider: "lmx", transport: "ws" };

function announced(options: { isVerbose: boolean; provider?: string }, ...starts: (typeof demo)[]): string[] {
  const said: string[] = [];
  starts.forEach(startAnnouncer({ ...options, remark: (text) => said.push(text.slice(0, 17)) }));
  return said;
}

Deno.test("startAnnouncer() says once that the demo answers, unless it was asked for", () => {
  assertEquals(announced({ isVerbose: false }, demo, demo, lmx, demo), ["the built-in demo", "the built-in demo"]);
  assertEquals(announced({ isVerbose: false, provider: "demo" }, demo), []);
});

Deno.test("startAnnouncer() names every model to those who want to know", () => {
  assertEquals(announced({ isVerbose: true }, lmx, lmx), ["m1 (lmx, ws) answ"]);
});
