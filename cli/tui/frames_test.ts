import { assertEquals } from "@std/assert";
import { Frames } from "./frames.ts";

/** Time that goes on when the test says so. */
class FakeTime {
  ms = 0;
  #timers: { atMs: number; run: () => void }[] = [];
  readonly now = () => this.ms;
  readonly clock = {
    after: (ms: number, run: () => void) => {
      const timer = { atMs: this.ms + ms, run };
      this.#timers.push(timer);
      return () => {
        this.#timers = this.#timers.filter((one) => one !== timer);
      };
    },
  };

  pass(ms: number): void {
    this.ms += ms;
    for (const timer of this.#timers.filter(({ atMs }) => atMs <= this.ms)) {
      this.#timers = this.#timers.filter((one) => one !== timer);
      timer.run();
    }
  }

  get timers(): number {
    return this.#timers.length;
  }
}

function frames() {
  const time = new FakeTime();
  const drawn: number[] = [];
  return { time, drawn, frames: new Frames({ draw: () => drawn.push(time.ms), clock: time.clock, now: time.now }) };
}

Deno.test("Frames draws what streams at most 60 times a second, and the last change in any case", () => {
  const { time, drawn, frames: it } = frames();
  using _frames = it;
  for (let i = 0; i < 1_000; i++) {
    it.soon();
    time.pass(1);
  }
  assertEquals(drawn.length >= 55 && drawn.length <= 60, true, `${drawn.length}`);
  time.pass(20);
  assertEquals(time.timers, 0);
});

Deno.test("Frames draws a key at once, with all that was gathered until then, and not again for it", () => {
  const { time, drawn, frames: it } = frames();
  using _frames = it;
  it.now();
  time.pass(1);
  const looks: string[] = [];
  it.schedule(() => looks.push("state"));
  const callOff = it.schedule(() => looks.push("called off"));
  callOff();
  it.now();
  assertEquals([drawn, looks], [[0, 1], ["state"]]);
  time.pass(100);
  assertEquals(drawn.length, 2);
});

Deno.test("Frames that are disposed draw nothing more", () => {
  const { time, drawn, frames: it } = frames();
  it.soon();
  it[Symbol.dispose]();
  time.pass(100);
  it.soon();
  it.now();
  assertEquals([drawn.length, time.timers], [0, 0]);
});
