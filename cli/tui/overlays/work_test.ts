import { assertEquals } from "@std/assert";
import { Work } from "./work.ts";

function begin() {
  const app = new AbortController();
  let changes = 0;
  return { app, work: new Work(app.signal, () => changes++), changes: () => changes };
}

Deno.test("Work keeps what went wrong until the next try", async () => {
  const { work } = begin();
  assertEquals(await work.run("a", () => Promise.reject(new Error("no\x1b[2J\nway"))), false);
  assertEquals([work.label, work.problem], [null, "no way"]);
  const next = work.run("b", () => Promise.resolve());
  assertEquals(work.label, "b");
  assertEquals([await next, work.problem], [true, null]);
});

Deno.test("Work ends what was under way when something else begins, or it is called off", async () => {
  const { work } = begin();
  const signals: AbortSignal[] = [];
  const wait = (signal: AbortSignal) =>
    new Promise<void>((_, reject) => {
      signals.push(signal);
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  const first = work.run("first", wait);
  const second = work.run("second", wait);
  assertEquals([await first, signals[0]!.aborted, work.label], [false, true, "second"]);
  work.cancel();
  assertEquals([await second, work.label, work.problem], [false, null, null]);
});

Deno.test("Work says nothing more once it is disposed, and ends with the app", async () => {
  const { app, work, changes } = begin();
  const running = work.run("a", (signal) => Promise.reject(signal.reason ?? new Error("late")));
  work[Symbol.dispose]();
  const before = changes();
  await running;
  assertEquals([changes(), work.problem], [before, null]);
  const late = begin();
  app.abort();
  late.app.abort();
  assertEquals(await late.work.run("b", (signal) => Promise.resolve(signal.throwIfAborted())), false);
  assertEquals(late.work.problem, null);
});
