/** The transports as the cases see them. */
import { AnthropicModel } from "../anthropic_model.ts";
import { parseAnthropicStream } from "../anthropic_stream.ts";
import { parseCompletionStream } from "../completion_stream.ts";
import { LmxWs } from "../lmx_ws.ts";
import type { Model, ModelPart } from "../model.ts";
import { OpenAiSse } from "../openai_sse.ts";
import type { ModelTimeouts } from "../timeouts.ts";
import type { Transport } from "./case.ts";

export interface Subject {
  /** The model, with whatever it keeps open. */
  connect(port: number, timeouts: ModelTimeouts): Model & Partial<AsyncDisposable>;
  /** Reads the body of an answer without any network, where the transport has such a part. */
  parse?(bytes: AsyncIterable<Uint8Array>): AsyncIterable<ModelPart[]>;
}

export const subjects: Record<Transport, Subject> = {
  sse: {
    connect: (port, timeouts) =>
      new OpenAiSse({ provider: "openai", baseUrl: `http://127.0.0.1:${port}`, apiKey: null, timeouts }),
    parse: (bytes) => parseCompletionStream(bytes, { server: "127.0.0.1:1234", model: "m" }),
  },
  ws: { connect: (port, timeouts) => new LmxWs({ host: "127.0.0.1", port, apiKey: null, timeouts }) },
  anthropic: {
    connect: (port, timeouts) => new AnthropicModel({ baseUrl: `http://127.0.0.1:${port}`, apiKey: "key", timeouts }),
    parse: (bytes) => parseAnthropicStream(bytes, { server: "127.0.0.1:1234", model: "m" }),
  },
};
