/** `POST /v1/chat/completions` of a fake model server: server-sent events, or one JSON document. */
import type { Piece } from "./fake_script.ts";
import type { Run, Sink } from "./fake_run.ts";

/** Bytes that may wait for the client to read them, before the answer waits too. */
const MAX_WAITING_BYTES = 256 * 1024;

/** Answers with a stream of events. */
export async function answerWithEvents(run: Run, gone: AbortSignal): Promise<Response> {
  const { lateHeaders, raw } = run.script;
  // Only before there is a body to cancel: later the signal says nothing that the body does not.
  gone.addEventListener("abort", () => run.letGo("http_abort"), { once: true });
  if (lateHeaders) await run.prefill();
  let wake: (() => void) | null = null;
  const room = () => new Promise<void>((resolve) => wake = resolve);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      // Not returned: a stream is read only when its start has ended.
      void (lateHeaders ? Promise.resolve() : run.prefill()).then(() =>
        run.answer(new EventSink(run, controller, room))
      );
    },
    pull: () => wake?.(),
    cancel: () => {
      run.letGo("http_abort");
      wake?.();
    },
  }, new ByteLengthQueuingStrategy({ highWaterMark: MAX_WAITING_BYTES }));
  return new Response(body, { headers: { "content-type": raw?.contentType ?? "text/event-stream" } });
}

/** Answers with one document, when the answer is whole. */
export async function answerWithDocument(run: Run, gone: AbortSignal): Promise<Response> {
  gone.addEventListener("abort", () => run.letGo("http_abort"), { once: true });
  await run.prefill();
  const sink = new DocumentSink(run);
  await run.answer(sink);
  return sink.response();
}

class EventSink implements Sink {
  readonly #run: Run;
  readonly #controller: ReadableStreamDefaultController<Uint8Array>;
  readonly #room: () => Promise<void>;
  readonly #encoder = new TextEncoder();
  readonly #before: string;
  #began = false;

  constructor(run: Run, controller: ReadableStreamDefaultController<Uint8Array>, room: () => Promise<void>) {
    this.#run = run;
    this.#controller = controller;
    this.#room = room;
    this.#before = `{${head(run, "chat.completion.chunk")},"choices":[{"index":0,"delta":`;
  }

  async send(pieces: Piece[]): Promise<void> {
    let text = this.#began || pieces[0]?.kind === "raw" ? "" : this.#event(`{"role":"assistant","content":""}`);
    this.#began = true;
    for (const piece of pieces) text += piece.kind === "raw" ? piece.text : this.#event(deltaOf(piece));
    this.#write(text);
    while ((this.#controller.desiredSize ?? 0) <= 0 && !this.#run.gone.aborted) await this.#room();
  }

  finish(): void {
    const { script } = this.#run;
    let text = script.finishReason === null ? "" : this.#event("{}", script.finishReason);
    if (script.usage) {
      text += `data: {${head(this.#run, "chat.completion.chunk")},"choices":[],"usage":${usageOf(this.#run)}}\n\n`;
    }
    if (script.done) text += "data: [DONE]\n\n";
    if (text !== "") this.#write(text);
    this.#controller.close();
  }

  fail(message: string, code: string | null): void {
    this.#write(`data: ${JSON.stringify({ error: { message, type: "server_error", code } })}\n\ndata: [DONE]\n\n`);
    this.#controller.close();
  }

  comment(): void {
    this.#write(": keep-alive\n\n");
  }

  drop(): void {
    this.#controller.error(new Error("dropped as scripted"));
  }

  close(): void {
    this.#controller.close();
  }

  #event(delta: string, finishReason: string | null = null): string {
    return `data: ${this.#before}${delta},"finish_reason":${JSON.stringify(finishReason)}}]}\n\n`;
  }

  #write(text: string): void {
    if (!this.#run.gone.aborted) this.#controller.enqueue(this.#encoder.encode(text));
  }
}

class DocumentSink implements Sink {
  readonly #run: Run;
  readonly #message = { role: "assistant", content: "", reasoning_content: "" };
  readonly #calls: { id: string; type: "function"; function: { name: string; arguments: string } }[] = [];
  #raw = "";
  #response: Response | null = null;

  constructor(run: Run) {
    this.#run = run;
  }

  send(pieces: Piece[]): void {
    for (const piece of pieces) this.#add(piece);
  }

  finish(): void {
    const { script } = this.#run;
    const message = { ...this.#message, ...(this.#calls.length > 0 && { tool_calls: this.#calls }) };
    const choices = JSON.stringify([{ index: 0, message, finish_reason: script.finishReason }]);
    const usage = script.usage ? `,"usage":${usageOf(this.#run)}` : "";
    this.#answer(`{${head(this.#run, "chat.completion")},"choices":${choices}${usage}}`);
  }

  fail(message: string, code: string | null): void {
    this.#answer(JSON.stringify({ error: { message, type: "server_error", code } }), 500);
  }

  comment(): void {}

  drop(): void {
    throw new Error("dropped as scripted");
  }

  close(): void {
    const contentType = this.#run.script.raw?.contentType ?? "application/json";
    this.#response = new Response(this.#raw, { headers: { "content-type": contentType } });
  }

  response(): Response {
    return this.#response ?? new Response(null, { status: 499 });
  }

  #add(piece: Piece): void {
    switch (piece.kind) {
      case "text":
        this.#message.content += piece.text;
        break;
      case "thinking":
        this.#message.reasoning_content += piece.text;
        break;
      case "raw":
        this.#raw += piece.text;
        break;
      case "tool_call": {
        const { id, name } = piece;
        if (id !== null && name !== null) this.#calls.push({ id, type: "function", function: { name, arguments: "" } });
        this.#calls.at(-1)!.function.arguments += piece.arguments;
        break;
      }
      default:
        piece satisfies never;
    }
  }

  #answer(body: string, status = 200): void {
    this.#response = new Response(body, { status, headers: { "content-type": "application/json" } });
  }
}

function head(run: Run, object: string): string {
  const { requestId, model } = run.request;
  return `"id":${JSON.stringify(requestId)},"object":"${object}","created":1700000000,"model":${JSON.stringify(model)}`;
}

function deltaOf(piece: Exclude<Piece, { kind: "raw" }>): string {
  switch (piece.kind) {
    case "text":
      return `{"content":${JSON.stringify(piece.text)}}`;
    case "thinking":
      return `{"reasoning_content":${JSON.stringify(piece.text)}}`;
    case "tool_call": {
      const { index, id, name } = piece;
      const call = {
        index,
        ...(id !== null && { id, type: "function" }),
        function: { ...(name !== null && { name }), arguments: piece.arguments },
      };
      return JSON.stringify({ tool_calls: [call] });
    }
    default:
      return piece satisfies never;
  }
}

/** One token a piece, and one a word of the prompt: so that a test can tell it from an estimate. */
function usageOf(run: Run): string {
  const promptTokens = promptOf(run.request.body).split(/\s+/).length;
  const completionTokens = run.request.sent;
  const totalTokens = promptTokens + completionTokens;
  return `{"prompt_tokens":${promptTokens},"completion_tokens":${completionTokens},"total_tokens":${totalTokens}}`;
}

/** The text of a request's messages. */
export function promptOf(body: unknown): string {
  const messages = (body as { messages?: { content?: unknown }[] }).messages ?? [];
  return messages.map(({ content }) => String(content)).join("\n");
}
