/** A subscription over server-sent events, read with `fetch` so that the token travels in a header [R7]. It only reads. */
import { createParser } from "eventsource-parser";
import { formatCursor } from "../cursor.ts";
import type { ErrorBody } from "../error.ts";
import { credentialsFor } from "./endpoint.ts";
import { readErrorBody, whyOf } from "./errors.ts";
import { readText, textChunks } from "./text_chunks.ts";
import { badFrame, connectionLost, parseFrame, type Stream, type StreamRequest, type StreamSink } from "./stream.ts";

/** Longest frame in UTF-16 units: a snapshot of a very long session. It stops a stream that never ends its line. */
const MAX_FRAME_LENGTH = 64 * 1024 * 1024;

export class SseStream implements Stream {
  readonly #sink: StreamSink;
  readonly #abort = new AbortController();
  readonly #gone: Promise<void>;

  constructor(request: StreamRequest, sink: StreamSink) {
    this.#sink = sink;
    this.#gone = this.#run(request);
  }

  close(): Promise<void> {
    this.#abort.abort();
    return this.#gone;
  }

  async #run(request: StreamRequest): Promise<void> {
    let reason: ErrorBody;
    try {
      reason = await this.#read(request);
    } catch (error) {
      reason = connectionLost(`The event stream broke: ${whyOf(error)}`);
    }
    if (this.#abort.signal.aborted) return;
    this.#sink.ended(reason);
  }

  /** Reads until the stream ends, and says why it did. */
  async #read(request: StreamRequest): Promise<ErrorBody> {
    const { signal } = this.#abort;
    const response = await fetch(urlOf(request), { ...fetchOptionsOf(request), signal });
    if (!response.ok) return readErrorBody(response.status, await readText(response, signal));
    this.#sink.opened();

    const broken: ErrorBody[] = [];
    const parser = createParser({
      maxBufferSize: MAX_FRAME_LENGTH,
      onEvent: ({ data }) => {
        if (broken.length === 0 && !signal.aborted) broken.push(...this.#receive(data));
      },
      onError: (error) => {
        if (error.type === "max-buffer-size-exceeded") broken.push(badFrame(error));
      },
    });
    for await (const text of textChunks(response, signal)) {
      parser.feed(text);
      if (broken[0]) return broken[0];
    }
    return connectionLost("The daemon ended the event stream.");
  }

  /** Gives the reason when reading cannot go on. */
  #receive(data: string): ErrorBody[] {
    let frame;
    try {
      frame = parseFrame(data);
    } catch (error) {
      return [badFrame(error)];
    }
    if (frame?.kind === "control" && frame.frame.type === "error") return [frame.frame.error];
    if (frame) this.#sink.frame(frame);
    return [];
  }
}

function urlOf({ endpoint, sessionId, clientId, writerId, kind, snapshot }: StreamRequest): URL {
  const url = new URL("/v3/sse/events", endpoint.baseUrl);
  const who = { clientId, writerId, kind };
  url.search = new URLSearchParams({ sessionId, ...who, ...(snapshot && { snapshot: "1" }) }).toString();
  return url;
}

function fetchOptionsOf({ endpoint, cursor }: StreamRequest): RequestInit {
  const { headers, credentials } = credentialsFor(endpoint);
  headers.accept = "text/event-stream";
  if (cursor) headers["last-event-id"] = formatCursor(cursor);
  return { headers, credentials, redirect: "error", cache: "no-store" };
}
