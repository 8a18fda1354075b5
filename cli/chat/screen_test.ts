import { assertEquals } from "@std/assert";
import xterm from "@xterm/headless"; // CommonJS: its exports have no names that Deno could see
import { colorsFor } from "../output/colors.ts";
import { emptyEditor, withText } from "./editor.ts";
import { Screen } from "./screen.ts";

/** A screen on a terminal of this size, and what stands on it. */
function open(columns = 20, rows = 6) {
  const terminal = new xterm.Terminal({
    cols: columns,
    rows,
    allowProposedApi: true,
    convertEol: true,
    reflowCursorLine: true,
  });
  const size = { columns, rows };
  const screen = new Screen({ write: (text) => terminal.write(text), size: () => size }, colorsFor(false, {}));
  return {
    screen,
    resize(columns: number) {
      size.columns = columns;
      terminal.resize(columns, rows);
    },
    async lines(): Promise<string[]> {
      await new Promise<void>((resolve) => terminal.write("", resolve));
      const { active } = terminal.buffer;
      const lines = Array.from({ length: active.length }, (_, i) => active.getLine(i)?.translateToString(true) ?? "");
      return lines.slice(0, lines.findLastIndex((line) => line !== "") + 1);
    },
  };
}

Deno.test("Screen changes how things stand in place, and text takes its place", async () => {
  const { screen, lines } = open();
  screen.print("> go\n");
  screen.showStatus("waiting (2 s)");
  screen.showStatus("waiting (7 s)");
  assertEquals(await lines(), ["> go", "  waiting (7 s)"]);
  screen.print("Hello");
  assertEquals(await lines(), ["> go", "Hello"]);
});

Deno.test("Screen leaves no trace of a long status, also at its lower edge and in a terminal that became narrower", async () => {
  const { screen, lines, resize } = open();
  screen.print("1\n2\n3\n4\n5\n");
  screen.showStatus("the server does not answer; again in 1 s (2 of 3)");
  assertEquals((await lines()).slice(0, 6), ["1", "2", "3", "4", "5", "  the server does n"]);
  resize(15);
  screen.hideBelow();
  screen.print("6\n");
  assertEquals(await lines(), ["1", "2", "3", "4", "5", "6"]);
});

Deno.test("Screen shows either the prompt or how things stand", async () => {
  const { screen, lines } = open();
  screen.showPrompt(withText(emptyEditor([]), "hi"));
  screen.showStatus("waiting");
  assertEquals([await lines(), screen.hasPrompt], [["  waiting"], false]);
  screen.showPrompt(withText(emptyEditor([]), "hi"));
  assertEquals([await lines(), screen.hasPrompt], [["› hi"], true]);
});
