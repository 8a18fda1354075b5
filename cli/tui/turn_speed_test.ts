import { assertEquals } from "@std/assert";
import type { Turn } from "@opta/protocol";
import { TurnSpeed } from "./turn_speed.ts";

const turnOf = (turnId: string, length: number): Turn => ({
  ...{ turnId, writerId: "w", clientId: "c", clientTurnId: null, mode: "chat", content: "", overrides: {} },
  ...{ queuedAt: "", cancelRequested: false },
  parts: [{ kind: "text", partId: "p", text: "x".repeat(length) }],
});

Deno.test("TurnSpeed measures the last few seconds, four characters a token, each turn anew", () => {
  const speed = new TurnSpeed();
  assertEquals(speed.look(null, 0), null);
  assertEquals(speed.look(turnOf("a", 0), 0), null);
  assertEquals(speed.look(turnOf("a", 4), 1_000), { tokens: 1, perSecond: 0 });
  assertEquals(speed.look(turnOf("a", 404), 3_000), { tokens: 101, perSecond: 50 });
  for (let ms = 3_200; ms <= 20_000; ms += 200) speed.look(turnOf("a", 404), ms);
  assertEquals(speed.look(turnOf("a", 404), 20_000), { tokens: 101, perSecond: 0 });
  assertEquals(speed.look(turnOf("b", 8), 20_100), { tokens: 2, perSecond: 0 });
});
