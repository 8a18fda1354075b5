import { assertEquals } from "@std/assert";
import { Remarks, type RemarksOptions } from "./remarks.ts";

const prefill = { phase: "prefill", message: "Waiting (2 s)." };
const retry = { phase: "retry", message: "Busy.\x1b[2J\nTrying again." };

/** All that is written, notes as lines in brackets. */
function written(options: Partial<RemarksOptions>, say: (remarks: Remarks) => void): string {
  let text = "";
  const usual = { isQuiet: false, isHeard: false, columns: null, dim: (text: string) => text };
  say(
    new Remarks({
      ...usual,
      ...options,
      write: (piece) => text += piece,
      note: (line) => text += `[${line}]`,
    }),
  );
  return text;
}

Deno.test("Remarks tells a log of another try, and not of a prefill", () => {
  const say = (remarks: Remarks) => {
    remarks.progress(prefill, true);
    remarks.progress(retry, true);
    remarks.remark("session 1");
  };
  assertEquals(written({}, say), "[Busy. Trying again.]");
  assertEquals(written({ isHeard: true }, say), "[Waiting (2 s).][Busy. Trying again.][session 1]");
  assertEquals(written({ isQuiet: true, isHeard: true, columns: 80 }, say), "");
});

Deno.test("Remarks changes one line of a terminal, and takes it back before anything else is said", () => {
  const terminal = { isHeard: true, columns: 80 };
  const text = written(terminal, (remarks) => {
    remarks.progress(prefill, true);
    remarks.progress({ ...prefill, message: "Waiting (7 s)." }, true);
    remarks.progress(retry, true);
    remarks.clear();
  });
  assertEquals(text, "\r\x1b[KWaiting (2 s).\r\x1b[KWaiting (7 s).\r\x1b[K[Busy. Trying again.]");
  assertEquals(
    written({ ...terminal, columns: 12 }, (remarks) => remarks.progress(prefill, true)),
    "\r\x1b[KWaiting (",
  );
});

Deno.test("Remarks never writes over text that stands in the line", () => {
  assertEquals(written({ isHeard: true, columns: 80 }, (remarks) => remarks.progress(prefill, false)), "");
});
