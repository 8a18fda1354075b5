import { assertEquals, assertRejects } from "@std/assert";
import { MAX_CONTENT_LENGTH } from "@opta/protocol";
import { CliError, ExitCode } from "../exit.ts";
import { readStdin } from "./read_stdin.ts";

const bytes = (...pieces: (string | number[])[]) =>
  ReadableStream.from(
    pieces.map((piece) => typeof piece === "string" ? new TextEncoder().encode(piece) : new Uint8Array(piece)),
  );
const quietly = { signal: new AbortController().signal, onSilence: () => {}, onReplaced: () => {} };

Deno.test("readStdin() gives the text without its last line end", async () => {
  assertEquals(await readStdin(bytes("one\n", "two\r\n"), quietly), "one\ntwo");
  assertEquals(await readStdin(bytes(), quietly), "");
});

Deno.test("readStdin() puts characters together that are cut in two", async () => {
  assertEquals(await readStdin(bytes([0xc3], [0xa9]), quietly), "é");
});

Deno.test("readStdin() refuses what is no text, and says how much of a text could not be read", async () => {
  await assertRejects(() => readStdin(bytes([0x1f, 0x8b, 8, 0]), quietly), CliError, "not text");
  const counts: number[] = [];
  const onReplaced = (count: number) => void counts.push(count);
  assertEquals(await readStdin(bytes("caf", [0xe9], " is open\n"), { ...quietly, onReplaced }), "caf\uFFFD is open");
  assertEquals(await readStdin(bytes("café\n"), { ...quietly, onReplaced }), "café");
  assertEquals(counts, [1]);
});

Deno.test("readStdin() refuses more than a turn may hold, without waiting for its end", async () => {
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(64 * 1024).fill(97));
    },
  });
  const error = await assertRejects(() => readStdin(endless, quietly), CliError, "too long");
  assertEquals(error.exitCode, ExitCode.usage);
  assertEquals(pulled < 2 * MAX_CONTENT_LENGTH / (64 * 1024), true);
});

Deno.test("readStdin() ends when it is told to", async () => {
  const stop = new AbortController();
  const silent = new ReadableStream<Uint8Array>();
  const read = readStdin(silent, { ...quietly, signal: stop.signal });
  stop.abort(new Error("enough"));
  await assertRejects(() => read, Error, "enough");
});

Deno.test("readStdin() says when nothing comes", async () => {
  let end = () => {};
  const quiet = new ReadableStream<Uint8Array>({ start: (controller) => void (end = () => controller.close()) });
  const said = Promise.withResolvers<void>();
  const read = readStdin(quiet, { ...quietly, onSilence: said.resolve, patienceMs: 1 });
  await said.promise;
  end();
  assertEquals(await read, "");
});
