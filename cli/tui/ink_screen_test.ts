import { assertEquals, assertStringIncludes } from "@std/assert";
import { InkScreen } from "./ink_screen.tsx";
import type { layOutRegions } from "./regions.ts";

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
