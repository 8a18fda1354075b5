import { assertEquals, assertRejects } from "@std/assert";
import { MAX_CONTENT_LENGTH } from "@opta/protocol";
import * as fc from "fast-check";
import { CliError } from "../exit.ts";
import { readMessages } from "./read_messages.ts";

const encoder = new TextEncoder();
const messagesOf = (...pieces: string[]) =>
  Array.fromAsync(readMessages(ReadableStream.from(pieces.map((piece) => encoder.encode(piece)))));

Deno.test("readMessages() takes each line for a message", async () => {
  assertEquals(await messagesOf("one\r\ntwo\n\nthree"), ["one", "two", "", "three"]);
  assertEquals(await messagesOf(""), []);
});

Deno.test("readMessages() puts fenced and continued lines together", async () => {
  assertEquals(await messagesOf('"""\none\n\ntwo\n"""\nthree\\\nfour\n'), ["one\n\ntwo", "three\nfour"]);
});

Deno.test("readMessages() gives what is left when the input ends within a message", async () => {
  assertEquals(await messagesOf('"""\none\n'), ['"""\none']);
});

Deno.test("readMessages() reads the same wherever the input is cut", async () => {
  const input = 'one\n"""\ntwo\nthree\n"""\nfour\\\nfive';
  await fc.assert(fc.asyncProperty(fc.nat(input.length), async (cut) => {
    assertEquals(await messagesOf(input.slice(0, cut), input.slice(cut)), ["one", "two\nthree", "four\nfive"]);
  }));
});

Deno.test("readMessages() refuses a line that never ends", async () => {
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(MAX_CONTENT_LENGTH / 4).fill(97)),
  });
  await assertRejects(() => Array.fromAsync(readMessages(endless)), CliError, "too long");
});

Deno.test("readMessages() refuses what is no text", async () => {
  await assertRejects(() => messagesOf("one\n\x1f\x8b\x08\0\n"), CliError, "not text");
  await assertRejects(() => messagesOf('"""\n\0'), CliError, "not text");
});
