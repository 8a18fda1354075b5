/**
 * Ink as it comes: finished lines in a Static, the last one below it, and an input line; text comes from a timer, and
 * nothing is parsed, highlighted or followed. What the terminal UI adds to that is its own.
 *
 *     plain_ink_main.ts TOKENS_PER_SECOND
 */
import { Box, render, Static, Text, useInput } from "ink";
import { createElement as h, useEffect, useState } from "react";
import { answerTokens } from "./answer_tokens.ts";

const rate = Number(Deno.args[0]);
const FRAME_MS = 16;

function App() {
  const [draft, setDraft] = useState("");
  const [{ lines, tail }, setText] = useState({ lines: [] as string[], tail: "" });
  useInput((input, key) => setDraft((draft) => key.delete || key.backspace ? draft.slice(0, -1) : draft + input));
  useEffect(() => {
    const tokens = answerTokens();
    const beganAtMs = performance.now();
    let given = 0;
    const timer = setInterval(() => {
      let text = "";
      for (; given < (performance.now() - beganAtMs) * rate / 1_000; given++) text += tokens.next().value;
      if (text === "") return;
      setText(({ lines, tail }) => {
        const all = (tail + text).split("\n");
        return { tail: all.pop() ?? "", lines: all.length === 0 ? lines : [...lines, ...all] };
      });
    }, FRAME_MS);
    return () => clearInterval(timer);
  }, []);
  return h(
    Box,
    { flexDirection: "column" },
    h(Static<string>, { items: lines, children: (line, i) => h(Text, { key: i }, line === "" ? " " : line) }),
    h(Text, null, tail === "" ? " " : tail),
    h(Text, null, `› ${draft}`),
  );
}

Deno.stdout.writeSync(new TextEncoder().encode("\x1b[?2004h"));
render(h(App), {
  interactive: true,
  incrementalRendering: true,
  ...(Deno.args[1] !== undefined && { maxFps: Number(Deno.args[1]) }),
});
