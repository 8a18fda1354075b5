/**
 * What the daemon and a tool host say to each other: one JSON document a line, over the host's standard input and output.
 *
 *     daemon ── {id, op, args} ──────────► host      a call
 *            ── {id, cancel: true} ──────►           stop it
 *            ◄─ {id, event} ──────────────           anything while it runs, in order
 *            ◄─ {id, result} or {id, error} ─        its one end
 */
import { z } from "zod";

/** Longest line in bytes, either way: the largest file that a tool writes, escaped, and its envelope. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;

export const HostRequest = z.union([
  z.object({ id: z.number(), cancel: z.literal(true) }),
  z.object({ id: z.number(), op: z.string(), args: z.unknown() }),
]);
export type HostRequest = z.infer<typeof HostRequest>;

export const HostReply = z.union([
  z.object({ id: z.number(), error: z.string() }),
  z.object({ id: z.number(), event: z.unknown() }).required(),
  z.object({ id: z.number(), result: z.unknown() }),
]);
export type HostReply = z.infer<typeof HostReply>;

/**
 * The lines of a stream, each without its end.
 *
 * @throws {RangeError} when one is too long
 */
export async function* readLines(bytes: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let held: string[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    const [first = "", ...rest] = decoder.decode(chunk, { stream: true }).split("\n");
    held.push(first);
    length += first.length;
    if (length > MAX_LINE_BYTES) throw new RangeError("a line of a tool host is too long");
    for (const part of rest) {
      yield held.join("");
      held = [part];
      length = part.length;
    }
  }
}
