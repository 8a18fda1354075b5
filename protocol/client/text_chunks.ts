/**
 * The body of an answer as text, piece by piece.
 *
 * @param signal the one that the answer was fetched with. Deno leaves a pending read for ever, now and then, when that
 *   aborts; cancelling the reader as well ends it.
 * @throws the signal's reason, or what broke the connection
 */
export async function* textChunks({ body }: Response, signal: AbortSignal): AsyncGenerator<string> {
  if (!body) return;
  const decoder = new TextDecoder();
  const reader = body.getReader();
  const cancel = () => {
    reader.cancel().catch(() => {}); // it has been aborted already
  };
  signal.addEventListener("abort", cancel, { once: true });
  try {
    while (true) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
  }
}

/** All of it. */
export async function readText(response: Response, signal: AbortSignal): Promise<string> {
  let text = "";
  for await (const chunk of textChunks(response, signal)) text += chunk;
  return text;
}
