import { assertEquals } from "@std/assert";
import type { Key } from "./keys.ts";
import { keysOfLines, PlainScreen } from "./plain_screen.ts";

function screen() {
  let text = "";
  let due = () => {};
  const clock = { after: (_: number, run: () => void) => (due = run, () => void (due = () => {})) };
  const it = new PlainScreen({ write: (piece) => text += piece, columns: () => 80, mark: "› ", clock });
  return { it, pass: () => due(), written: () => text };
}

Deno.test("PlainScreen shows its mark when nothing more comes, once", () => {
  const { it, pass, written } = screen();
  it.showPrompt();
  it.print("an answer\n");
  pass();
  it.showPrompt();
  pass();
  it.showPrompt();
  pass();
  assertEquals(written(), "an answer\n› ");
});

Deno.test("PlainScreen begins a new line for what comes while something is typed, and none after Enter", () => {
  const { it, pass, written } = screen();
  it.showPrompt();
  pass();
  it.print("from elsewhere\n");
  it.showPrompt();
  pass();
  it.endLine();
  it.printEntered();
  it.print("an answer\n");
  assertEquals(written(), "› \nfrom elsewhere\n› an answer\n");
});

Deno.test("PlainScreen says how things stand once, not each second", () => {
  const { it, written } = screen();
  it.showStatus("reading the prompt, 1 s");
  it.showStatus("reading the prompt, 2 s");
  it.showStatus("loading the model");
  assertEquals(written(), "  reading the prompt, 1 s\n  loading the model\n");
});

Deno.test("keysOfLines() gives each line alone, then Enter, wherever the reads cut it", async () => {
  const encoder = new TextEncoder();
  const bytes = encoder.encode("hä\ny\n\n");
  let ended = 0;
  const input = ReadableStream.from([bytes.slice(0, 2), bytes.slice(2)]);
  const reads: Key[][] = await Array.fromAsync(keysOfLines(input, () => ended++));
  assertEquals(reads, [
    [{ name: "text", text: "hä" }],
    [{ name: "enter" }],
    [{ name: "text", text: "y" }],
    [{ name: "enter" }],
    [{ name: "enter" }],
  ]);
  assertEquals(ended, 3);
});
