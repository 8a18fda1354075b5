import { OptaError } from "@opta/protocol";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { setImmediate } from "node:timers";
import { readLines } from "./read_lines.ts";

const TYPE = "application/jsonl";
const encoder = new TextEncoder();

/** A body that comes in these pieces, and then ends in this way. */
function request(
  pieces: readonly (string | Uint8Array<ArrayBuffer>)[],
  ending: "end" | "break" | "wait" = "end",
): Request {
  const left = [...pieces];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = left.shift();
      if (piece !== undefined) controller.enqueue(typeof piece === "string" ? encoder.encode(piece) : piece);
      else if (ending === "end") controller.close();
      else if (ending === "break") controller.error(new Error("the connection is gone"));
      else return new Promise(() => {});
    },
  }, { highWaterMark: 0 });
  return new Request("http://localhost", { method: "POST", headers: { "content-type": TYPE }, body });
}

const read = (sent: Request, more = {}) => Array.fromAsync(readLines(sent, { type: TYPE, maxBytes: 1_000, ...more }));

async function refusal(sent: Request, more = {}): Promise<string> {
  const { code, message } = await assertRejects(() => read(sent, more), OptaError);
  return `${code}: ${message}`;
}

Deno.test("readLines() gives lines wherever they are cut, in the middle of a character too", async () => {
  const bytes = encoder.encode("één\ntwee\n\ndrie");
  for (let size = 1; size <= bytes.length; size++) {
    const pieces = Array.from(
      { length: Math.ceil(bytes.length / size) },
      (_, i) => bytes.slice(i * size, (i + 1) * size),
    );
    assertEquals(await read(request(pieces)), ["één", "twee", "", "drie"]);
  }
  assertEquals(await read(request([])), []);
});

Deno.test("readLines() does not take a body that breaks off for one that ends, not even after a whole line", async () => {
  assertMatch(await refusal(request(["one\n"], "break")), /^invalid_request: The body broke off/);
  assertMatch(await refusal(request([new Uint8Array([0xc3])])), /^invalid_request: .*UTF-8/);
});

Deno.test("readLines() gives up a sender that stops sending, and one that sends too much", async () => {
  assertMatch(await refusal(request(["one\n"], "wait"), { timeoutMs: 1 }), /^invalid_request: The body did not go on/);
  assertMatch(await refusal(request(Array(3).fill("x".repeat(400)), "wait")), /^payload_too_large/);
  assertMatch(await refusal(request(["x".repeat(1_001)]), { maxBytes: 1_000 }), /^payload_too_large/);
  assertMatch(await refusal(request(["x"]), { type: "application/json" }), /^invalid_request: .*application\/json/);
});

Deno.test("readLines() gives others their turn, however fast its parts come", async () => {
  let isOthersTurn = false;
  setImmediate(() => isOthersTurn = true);
  assertEquals((await read(request(["\n".repeat(100), "\n".repeat(100)]))).length, 200);
  assert(isOthersTurn);
});
