/**
 * The body of an answer that was asked for as a stream of server-sent events: bytes in, events out, wherever they are cut.
 * Servers that do not know `stream` send one JSON document, and what stands in the way a web page: the first character tells.
 */
import { createParser } from "eventsource-parser";

/** Longest event, and longest document, in UTF-16 units: far more than an answer, far less than the memory. */
const MAX_BODY_LENGTH = 16 * 1024 * 1024;

/** Who makes sense of it; may be told more after it has had enough. */
export interface BodyReader {
  event(name: string | undefined, data: string): void;
  /** The body is one document, and this is all of it. */
  document(text: string): void;
  /** The body cannot be read on; `what` continues "The model server at … ". */
  broken(what: string): void;
}

export class AnswerBody {
  readonly #reader: BodyReader;
  readonly #decoder = new TextDecoder();
  readonly #events = createParser({
    maxBufferSize: MAX_BODY_LENGTH,
    onEvent: ({ event, data }) => this.#reader.event(event, data),
    onError: ({ type }) => {
      if (type === "max-buffer-size-exceeded") this.#break("sent an event without end");
    },
  });
  #form: "unknown" | "events" | "document" | "broken" = "unknown";
  #document = "";

  constructor(reader: BodyReader) {
    this.#reader = reader;
  }

  feed(bytes: Uint8Array): void {
    this.#text(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The body is over. */
  end(): void {
    this.#text(this.#decoder.decode());
    if (this.#form === "document") this.#reader.document(this.#document);
    if (this.#form === "events") this.#events.feed("\n\n"); // an event whose closing blank line never came
  }

  #text(text: string): void {
    if (this.#form === "unknown") {
      const first = text.trimStart()[0];
      if (first === undefined) return;
      if (first === "<") return this.#break("sent a web page in place of an answer");
      this.#form = first === "{" || first === "[" ? "document" : "events";
    }
    if (this.#form === "events") return this.#events.feed(text);
    if (this.#form === "broken") return;
    this.#document += text;
    if (this.#document.length > MAX_BODY_LENGTH) this.#break("sent an answer without end");
  }

  #break(what: string): void {
    this.#form = "broken";
    this.#document = "";
    this.#reader.broken(what);
  }
}
