/**
 * The bytes of an HTTP body until `signal` aborts; the server then sees the connection close, whether or not anybody reads
 * on. Needed beside the signal given to `fetch`: once the response is there, Deno holds the way from that signal to the body
 * only weakly, and after a garbage collection an abort no longer reaches it.
 *
 * @throws {DOMException} the reason of the abort
 */
export async function* readBody(
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  if (body === null) return;
  const reader = body.getReader();
  const cancel = () => void reader.cancel().catch(() => {}); // broken already: then there is nothing to close
  signal.addEventListener("abort", cancel, { once: true });
  try {
    signal.throwIfAborted();
    while (true) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
  }
}

/** A body as text, as far as `maxBytes`; the rest is not read. */
export async function readText({ body }: Response, signal: AbortSignal, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of readBody(body, signal)) {
    text += decoder.decode(chunk, { stream: true });
    bytes += chunk.length;
    if (bytes >= maxBytes) break;
  }
  return text + decoder.decode();
}

/** The body of an answer that is an error: what it says stands at its beginning. */
export async function readErrorBody(response: Response, signal: AbortSignal): Promise<string> {
  return await readText(response, signal, MAX_ERROR_BODY_BYTES);
}

const MAX_ERROR_BODY_BYTES = 64 * 1024;
