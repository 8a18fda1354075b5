/**
 * One answer of a model server over HTTP, from the request to its last part: what is the same whatever the server speaks. How
 * it is asked, what its body means and how a failure is worded is the model's own.
 */
import { fetchReason } from "./fetch_error.ts";
import type { ModelFailure, ModelPart } from "./model.ts";
import { RequestWatch } from "./request_watch.ts";
import type { ModelTimeouts } from "./timeouts.ts";

export interface HttpAnswer {
  /** `host:port` */
  server: string;
  timeouts: ModelTimeouts;
  /** Sends the request: the body to read, or a failure, or what to tell before it is sent once more in another form. */
  send(watch: RequestWatch): Promise<AsyncIterable<Uint8Array> | ModelFailure | Told>;
  /** In batches, one for each read that said something; the last of them ends in `finish` or `error`. */
  read(body: AsyncIterable<Uint8Array>): AsyncIterable<ModelPart[]>;
  /** The server broke the rules of its protocol; `what` continues its name. */
  broke(what: string): ModelFailure;
}

export type Told = Extract<ModelPart, { type: "fallback" }>;

export async function* httpAnswer(answer: HttpAnswer, signal: AbortSignal): AsyncGenerator<ModelPart, void> {
  using watch = new RequestWatch(answer.server, answer.timeouts, signal);
  try {
    let sent = await answer.send(watch);
    for (; "type" in sent; sent = await answer.send(watch)) {
      if (!signal.aborted) yield sent;
    }
    if ("code" in sent) {
      if (!signal.aborted) yield { type: "error", failure: sent };
      return;
    }
    for await (const parts of answer.read(sent)) {
      watch.heard(parts.length > 0);
      for (const part of parts) {
        if (signal.aborted) return;
        yield part;
      }
    }
  } catch (cause) {
    if (signal.aborted) return;
    const what = `closed the connection in the middle of its answer (${fetchReason(cause)})`;
    yield { type: "error", failure: watch.failure ?? answer.broke(what) };
  }
}
