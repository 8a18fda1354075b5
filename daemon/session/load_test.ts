import { assert, assertEquals } from "@std/assert";
import { setImmediate } from "node:timers";
import { REPLAY_PAGE } from "./limits.ts";
import { loadLog } from "./load.ts";
import { harness } from "./testing/harness.ts";

Deno.test("loadLog() lets others work between the pages of a long log", async () => {
  await using h = harness();
  const session = await h.create({ sessionId: "s1" });
  const titles = Array.from({ length: REPLAY_PAGE.maxEvents }, (_, i) => `title ${i}`);
  await Promise.all(titles.map((title) => session.update({ title })));
  const head = await h.store.head("s1");
  assert(head);

  let othersWorked = false;
  setImmediate(() => othersWorked = true);
  const { state, damage } = await loadLog(h.store, "s1", head);
  assert(othersWorked);
  assertEquals([damage, state], [null, session.state]);
});
