/**
 * The door for clients of OpenAI's API: the model of the daemon's choice, without a session. Tools are those of the client,
 * which runs them itself. Who leaves cancels: nothing is kept that could be come back to.
 */
import { type ChatCompletionBody, OptaError } from "@opta/protocol";
import type { ModelChoice, ModelFailure, ModelPart } from "../model/model.ts";
import { endlessCalls, unfinished } from "../openai/failures.ts";
import type { ServerContext } from "./context.ts";
import type { Handlers } from "./handlers.ts";
import { COMPLETION_LIMIT_MS, FIND_SERVER_LIMIT_MS, MAX_COMPLETIONS } from "./limits.ts";

/** Names that leave the choice of the model to the daemon. */
const ANY_MODEL: ReadonlySet<string> = new Set(["default", "auto", "opta"]);

export function openaiRoutes(context: ServerContext): Pick<Handlers, "openaiModels" | "openaiChat"> {
  const { modelServer, startedAt, stallLimitMs } = context;
  const open = new Set<AbortController>();

  return {
    async openaiModels() {
      const { provider, models } = await modelServer.listModels(AbortSignal.timeout(FIND_SERVER_LIMIT_MS));
      const created = Math.floor(startedAt.getTime() / 1_000); // nobody says when a model was made
      return {
        object: "list",
        data: models.map(({ id }) => ({ id, object: "model", created, owned_by: provider })),
      };
    },

    async openaiChat({ body, raw, completed }) {
      if (open.size >= MAX_COMPLETIONS) {
        const message = `${open.size} requests of this kind are under way already. Try again later.`;
        throw new OptaError("queue_full", message, { retryAfterMs: 1_000 });
      }
      const stop = new AbortController();
      const late = setTimeout(() => end(), COMPLETION_LIMIT_MS);
      const end = () => {
        clearTimeout(late);
        open.delete(stop);
        stop.abort();
      };
      open.add(stop);
      completed.then(end, end); // the answer has gone out
      raw.signal.addEventListener("abort", end, { once: true }); // the client has left, perhaps before there was any
      try {
        return await answer(body, stop.signal, end);
      } catch (error) {
        end();
        throw error;
      }
    },
  };

  async function answer(body: ChatCompletionBody, signal: AbortSignal, end: () => void): Promise<Response> {
    const [{ Completion }, { completionStream }, { modelRequest, stopsOf }, { stopAt }] = await Promise.all([
      import("../openai/completion.ts"),
      import("../openai/completion_stream.ts"),
      import("../openai/model_request.ts"),
      import("../openai/stop_at.ts"),
    ]);
    const choice = await choose(body, signal);
    const request = modelRequest(body, choice.name);
    const stops = stopsOf(body);
    const whole = choice.model.stream(request, signal);
    const parts = (stops.length > 0 ? stopAt(whole, stops) : whole)[Symbol.asyncIterator]();
    const completion = new Completion(request);
    let part = await nextPart(parts);
    if (body.stream) {
      // What fails before it has begun is a status, as clients know it; afterwards it can only be a chunk.
      if (part.type === "error") throw failed(part.failure);
      const includesUsage = body.stream_options?.include_usage ?? false;
      return completionStream({ completion, parts, first: part, includesUsage, stallLimitMs, onEnd: end });
    }
    for (; part.type !== "finish"; part = await nextPart(parts)) {
      if (part.type === "error") throw failed(part.failure);
      completion.take(part);
      if (completion.tooManyCalls) throw failed(endlessCalls);
    }
    completion.take(part);
    return Response.json(completion.whole());
  }

  async function choose({ model }: ChatCompletionBody, signal: AbortSignal): Promise<ModelChoice> {
    const choice = await modelServer.choose({ model: ANY_MODEL.has(model) ? null : model, provider: null }, signal);
    if ("code" in choice) throw failed(choice);
    return choice;
  }
}

/** @throws {OptaError} it ended without its last part */
async function nextPart(parts: AsyncIterator<ModelPart>): Promise<ModelPart> {
  const next = await parts.next();
  if (!next.done) return next.value;
  throw failed(unfinished);
}

/** A model's failure by the status that clients act on: whether to try again, and whether the model exists. */
function failed({ code, message, retryable }: ModelFailure): OptaError {
  switch (code) {
    case "no-model-loaded":
      return new OptaError("not_found", message);
    case "context-overflow":
      return new OptaError("invalid_request", message);
    case "rate-limited":
      return new OptaError("queue_full", message);
    case "connect-timeout":
    case "first-token-timeout":
    case "lmx-timeout":
    case "turn-timeout":
      return new OptaError("lmx_timeout", message);
    default:
      return new OptaError(retryable ? "lmx_unreachable" : "internal", message);
  }
}
