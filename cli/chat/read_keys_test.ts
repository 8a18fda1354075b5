import { assertEquals } from "@std/assert";
import { ManualClock } from "../../protocol/client/testing/clocks.ts";
import { ESCAPE_WAIT_MS, readKeys } from "./read_keys.ts";

/** A terminal whose reads and time are the test's. */
function terminal() {
  const reads: ((text: string | null) => void)[] = [];
  const clock = new ManualClock();
  const keys = readKeys(() => new Promise((resolve) => reads.push(resolve)), clock);
  const names = async () => (await keys.next()).value?.map((key) => key.name === "text" ? key.text : key.name);
  return { names, clock, type: (text: string | null) => reads.shift()!(text) };
}

Deno.test("readKeys() gives the keys of each read, and ends with the terminal", async () => {
  const { names, type, clock } = terminal();
  const first = names();
  type("a\r");
  assertEquals(await first, ["a", "enter"]);
  const last = names();
  type(null);
  assertEquals([await last, clock.timerCount], [undefined, 0]);
});

Deno.test("readKeys() takes an Escape for a key when nothing follows in time, and loses nothing of what comes then", async () => {
  const { names, type, clock } = terminal();
  const none = names();
  type("\x1b");
  assertEquals(await none, []);
  const escape = names();
  await Promise.resolve();
  clock.pass(ESCAPE_WAIT_MS);
  assertEquals(await escape, ["escape"]);
  const after = names();
  type("[A");
  assertEquals(await after, ["[A"]);
});

Deno.test("readKeys() joins a sequence that a read has cut, and calls the wait off", async () => {
  const { names, type, clock } = terminal();
  const none = names();
  type("\x1b");
  assertEquals(await none, []);
  const up = names();
  type("[A");
  assertEquals(await up, ["up"]);
  assertEquals(clock.timerCount, 0);
});
