/**
 * Reads the body of a request as lines, as they come: no more than one line and what came with it is held. The bounds are
 * those of `read_body.ts`, for each line and for all of them.
 */
import { MAX_BODY_BYTES, OptaError } from "@opta/protocol";
import { setImmediate } from "node:timers/promises";
import { BODY_TIMEOUT_MS } from "./limits.ts";

export interface LineLimits {
  /** The media type that it must be announced as: one that a form of a foreign page cannot send without asking first. */
  type: string;
  maxBytes: number;
  /** Milliseconds without anything after which the sender is given up. */
  timeoutMs?: number;
}

/** @throws {OptaError} `invalid_request`, `payload_too_large` */
export async function* readLines(
  request: Request,
  { type, maxBytes, timeoutMs = BODY_TIMEOUT_MS }: LineLimits,
): AsyncGenerator<string> {
  if (request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() !== type) {
    throw new OptaError("invalid_request", `A body is needed, with the header "content-type: ${type}".`);
  }
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (!request.body) return;
  const reader = request.body.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await readWithin(reader, timeoutMs);
      size += value?.length ?? 0;
      if (size > maxBytes) throw tooLarge(maxBytes);
      const lines = (rest + decode(decoder, value)).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
      if (rest.length > MAX_BODY_BYTES) throw tooLarge(MAX_BODY_BYTES);
      if (done) break;
      await setImmediate(); // a part may be nothing but empty lines, tens of thousands of them: others get their turn
    }
    if (rest !== "") yield rest;
  } finally {
    reader.cancel().catch(() => {}); // it may have been closed or broken off already
  }
}

async function readWithin(reader: ReadableStreamDefaultReader<Uint8Array>, timeoutMs: number) {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    reader.cancel().catch(() => {}); // the read below ends, and tells
  }, timeoutMs);
  try {
    const part = await reader.read();
    if (isLate) throw new OptaError("invalid_request", `The body did not go on within ${timeoutMs / 1_000} s.`);
    return part;
  } catch (cause) {
    if (cause instanceof OptaError) throw cause;
    throw new OptaError("invalid_request", "The body broke off.", undefined, { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** @param value absent at the end */
function decode(decoder: TextDecoder, value: Uint8Array | undefined): string {
  try {
    return decoder.decode(value, { stream: value !== undefined });
  } catch (cause) {
    throw new OptaError("invalid_request", "The body is not valid UTF-8.", undefined, { cause });
  }
}

function tooLarge(maxBytes: number): OptaError {
  return new OptaError("payload_too_large", `The body, or a line of it, is larger than ${maxBytes} bytes.`);
}
