/**
 * An answer as OpenAI streams it: one `data:` line a chunk, `[DONE]` at the end. It is read by pulling, so that a slow reader
 * slows the model down; one that leaves, or stands still, ends the generation.
 */
import type { ModelFailure, ModelPart } from "../model/model.ts";
import { StallWatch } from "../server/stall_watch.ts";
import type { Completion, Delta } from "./completion.ts";
import { endlessCalls, unfinished } from "./failures.ts";

export interface CompletionStreamOptions {
  completion: Completion;
  /** Goes on where the answer was looked at to see that it begins. */
  parts: AsyncIterator<ModelPart>;
  /** The first part, which came already. */
  first: ModelPart;
  /** A last chunk says what the answer took. */
  includesUsage: boolean;
  stallLimitMs: number;
  /** Nobody reads any more, or there is nothing more to read. */
  onEnd(): void;
}

export function completionStream(options: CompletionStreamOptions): Response {
  const chunks = chunksOf(options);
  const encoder = new TextEncoder();
  let ended = false;
  let body: ReadableStreamDefaultController<Uint8Array>;
  const stall = new StallWatch(options.stallLimitMs, () => {
    end();
    body.error(new Error("Nobody reads this answer."));
  });
  const end = () => {
    ended = true;
    stall[Symbol.dispose]();
    options.onEnd();
    chunks.return().catch(() => {}); // nobody is there to be told
  };
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => void (body = controller),
    async pull(controller) {
      stall.taken();
      const { done, value } = await chunks.next();
      if (ended) return; // the client has left meanwhile
      if (done) {
        end();
        controller.close();
        return;
      }
      stall.offered();
      controller.enqueue(encoder.encode(`data: ${value}\n\n`));
    },
    cancel: end,
  }, { highWaterMark: 0 });
  return new Response(stream, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
}

async function* chunksOf(
  { completion, parts, first, includesUsage }: CompletionStreamOptions,
): AsyncGenerator<string, void> {
  try {
    yield chunk(completion, { role: "assistant", content: "" }, null);
    for (let part = first;;) {
      if (part.type === "error") return yield failureChunk(part.failure);
      const delta = completion.take(part);
      if (completion.tooManyCalls) return yield failureChunk(endlessCalls);
      if (delta) yield chunk(completion, delta, null);
      if (part.type === "finish") break;
      const next = await parts.next();
      if (next.done) return yield failureChunk(unfinished);
      part = next.value;
    }
    yield chunk(completion, {}, completion.finishReason);
    if (includesUsage) yield JSON.stringify({ ...base(completion), choices: [], usage: completion.usage() });
    yield "[DONE]";
  } finally {
    await parts.return?.();
  }
}

function chunk(completion: Completion, delta: Delta | Record<never, never>, finishReason: string | null): string {
  return JSON.stringify({ ...base(completion), choices: [{ index: 0, delta, finish_reason: finishReason }] });
}

function base({ head }: Completion) {
  return { ...head, object: "chat.completion.chunk" };
}

function failureChunk({ message, code }: ModelFailure): string {
  return JSON.stringify({ error: { message, type: "server_error", param: null, code } });
}
