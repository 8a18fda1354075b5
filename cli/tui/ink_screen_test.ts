import { assertEquals, assertStringIncludes } from "@std/assert";
import xterm from "@xterm/headless";
import { InkScreen } from "./ink_screen.tsx";
import { layOutRegions, type Parts } from "./regions.ts";

/** A screen on a terminal, which is looked at when Ink has drawn what it was told. */
function screenOf(size = { columns: 40, rows: 10 }) {
  const terminal = new xterm.Terminal({
    cols: size.columns,
    rows: size.rows,
    allowProposedApi: true,
    convertEol: true,
  });
  const written: string[] = [];
  const looks = new Set<() => void>();
  const errors: unknown[] = [];
  const screen = new InkScreen({
    write(text) {
      written.push(text);
      terminal.write(text, () => looks.forEach((look) => look()));
    },
    size: () => size,
    onError: (error) => errors.push(error),
  });
  const line = (text: string) => () => ({ lines: [text], cursor: { row: 0, column: text.length } });
  return {
    ...{ screen, written, errors },
    draw(printed: string, text: string) {
      const parts: Parts = { tail: null, panel: null, queue: null, composer: line(text), status: line("status") };
      screen.draw(printed, layOutRegions(parts, size));
    },
    async text() {
      await new Promise<void>((resolve) => terminal.write("", resolve));
      return textOf(terminal);
    },
    /** Resolves when this is all that is to be seen. */
    async shows(text: string) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const look = () => textOf(terminal) === text && resolve();
      const timer = setTimeout(() => reject(new Error(`It shows:\n${textOf(terminal)}`)), 20_000);
      looks.add(look);
      look();
      await promise.finally(() => clearTimeout(timer));
      looks.delete(look);
    },
    [Symbol.dispose]() {
      screen[Symbol.dispose]();
      terminal.dispose();
    },
  };
}

function textOf({ buffer: { active } }: xterm.Terminal): string {
  const rows = Array.from({ length: active.length }, (_, i) => active.getLine(i)!.translateToString(true));
  return rows.join("\n").trimEnd();
}

Deno.test("InkScreen writes printed lines and the frame below them at once, each line once", async () => {
  using it = screenOf();
  it.draw("one\n", "› a");
  await it.shows("one\n› a\nstatus");
  it.draw("two\nthree\n", "› ab");
  await it.shows("one\ntwo\nthree\n› ab\nstatus");
  assertEquals(it.written.filter((text) => text.includes("three")).length, 1);
  assertEquals(it.written.find((text) => text.includes("three"))!.includes("› ab"), true);
});

Deno.test("InkScreen leaves nothing of the live region behind, though Ink has not drawn it yet", async () => {
  const it = screenOf();
  const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`);
  for (const line of lines) it.draw(`${line}\n`, "› a"); // faster than Ink draws
  it.screen[Symbol.dispose]();
  assertEquals(await it.text(), lines.join("\n"));
  it.draw("three\n", "› a"); // it is over
  assertEquals(await it.text(), lines.join("\n"));
  it[Symbol.dispose]();
});

Deno.test("InkScreen draws nothing while it is taken away, and all of it when it is back", async () => {
  using it = screenOf();
  it.draw("one\n", "› a");
  it.draw("two\n", "› a");
  it.draw("", "› late"); // React will come to it
  it.screen.erase();
  assertEquals(await it.text(), "one\ntwo");
  it.draw("", "› ab");
  await it.shows("one\ntwo\n› ab\nstatus");
  assertEquals(it.errors, []);
});

const layoutOf = (text: string): ReturnType<typeof layOutRegions> => ({
  lines: { tail: [text], panel: [], queue: [], composer: [], status: [] },
  cursor: null,
});

Deno.test("InkScreen.written() comes after the frame, also when there is nothing to change", async () => {
  let written = "";
  const screen = new InkScreen({
    write: (text) => written += text,
    size: () => ({ columns: 80, rows: 24 }),
    onError: (error) => written += String(error),
  });
  for (const text of ["one", "two", "two"]) {
    screen.draw("", layoutOf(text));
    await screen.written();
    assertStringIncludes(written, text);
  }
  screen[Symbol.dispose]();
});

Deno.test("a frame that was under way when the screen was taken away is not written any more, but with the next one", async () => {
  let written = "";
  const screen = new InkScreen({
    write: (text) => written += text,
    size: () => ({ columns: 80, rows: 24 }),
    onError: (error) => written += String(error),
  });
  screen.draw("", layoutOf("first"));
  await screen.written();
  screen.draw("", layoutOf("second"));
  screen.erase();
  const before = written;
  await screen.written();
  assertEquals(written, before);
  screen.draw("", layoutOf("second"));
  await screen.written();
  assertStringIncludes(written.slice(before.length), "second");
  screen[Symbol.dispose]();
});
