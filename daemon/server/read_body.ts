/**
 * Reads the body of a request as JSON. The size is checked by the announced length first and then by the bytes as they
 * come, so that no more than the limit is ever held; a sender that is too slow is given up.
 */
import { OptaError } from "@opta/protocol";
import { BODY_TIMEOUT_MS } from "./limits.ts";
import { readJson } from "./read_json.ts";

export interface BodyLimits {
  maxBytes: number;
  timeoutMs?: number;
  /**
   * Only `application/json` is taken, unless this is set: a form of a foreign page cannot send that without asking first.
   * Without it the Origin rule alone keeps such pages out.
   */
  anyType?: boolean;
}

/** @throws {OptaError} `invalid_request`, `payload_too_large` */
export async function readBody(
  request: Request,
  { maxBytes, timeoutMs = BODY_TIMEOUT_MS, anyType = false }: BodyLimits,
): Promise<unknown> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json" && !anyType) {
    throw new OptaError("invalid_request", 'A body is needed, with the header "content-type: application/json".');
  }
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const bytes = await readBytes(request, maxBytes, timeoutMs);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new OptaError("invalid_request", "The body is not valid UTF-8.", undefined, { cause });
  }
  return readJson(text);
}

async function readBytes(request: Request, maxBytes: number, timeoutMs: number): Promise<Uint8Array> {
  if (!request.body) return new Uint8Array();
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    reader.cancel().catch(() => {}); // the read below ends, and tells
  }, timeoutMs);
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      chunks.push(part.value);
    }
  } catch (cause) {
    if (cause instanceof OptaError) throw cause;
    throw new OptaError("invalid_request", "The body broke off.", undefined, { cause });
  } finally {
    clearTimeout(timer);
    reader.cancel().catch(() => {}); // it may have been closed or broken off already
  }
  if (late) throw new OptaError("invalid_request", `The body did not come within ${timeoutMs / 1_000} s.`);
  return join(chunks, size);
}

function join(chunks: Uint8Array[], size: number): Uint8Array {
  if (chunks.length === 1 && chunks[0]) return chunks[0];
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function tooLarge(maxBytes: number): OptaError {
  return new OptaError("payload_too_large", `The body is larger than ${maxBytes} bytes.`);
}
