/** The models that a server lists, and which of them to take when nobody has named one. */
import { z } from "zod";
import { parseJson } from "./completion_chunk.ts";

export interface ServerModel {
  id: string;
  /** `null` when the server does not say. */
  loaded: boolean | null;
  /** Its context window in tokens, when the server says. */
  contextLength?: number;
}

const ModelList = z.object({ data: z.array(z.unknown()) });
const window = z.number().int().positive().optional().catch(undefined);
const ModelItem = z.object({
  id: z.string().min(1),
  state: z.string().optional().catch(undefined),
  loaded_context_length: window, // LM Studio: what it was loaded with
  context_length: window,
  max_model_len: window, // vLLM
  context_window: window,
  max_context_length: window, // LM Studio: what it could be loaded with
  meta: z.object({ n_ctx: window, n_ctx_train: window }).optional().catch(undefined), // llama.cpp
});

/** Models that turn text into vectors or scores: they cannot answer. */
const NO_CHAT = /embed|minilm|rerank|(?:^|[/_-])(?:bge|gte|e5)(?:[-_]|$)/i;

/** The chat models of the answer to `GET /v1/models`; `null` when it is none. An item of another shape is passed over. */
export function parseModelList(body: string): ServerModel[] | null {
  const list = ModelList.safeParse(parseJson(body));
  if (!list.success) return null;
  return list.data.data.flatMap((value) => {
    const item = ModelItem.safeParse(value);
    if (!item.success || NO_CHAT.test(item.data.id)) return [];
    const { id, state } = item.data;
    const contextLength = windowOf(item.data);
    return [{
      id,
      loaded: state === undefined ? null : state === "loaded",
      ...(contextLength !== undefined && { contextLength }),
    }];
  });
}

/** What a model runs with says more than what it was made for. */
function windowOf(item: z.infer<typeof ModelItem>): number | undefined {
  return item.loaded_context_length ?? item.context_length ?? item.max_model_len ?? item.context_window ??
    item.meta?.n_ctx ?? item.max_context_length ?? item.meta?.n_ctx_train;
}

/** The first model that is loaded, or else may be, or else can be. */
export function pickModel(models: readonly ServerModel[]): ServerModel | null {
  for (const loaded of [true, null, false]) {
    const model = models.find((model) => model.loaded === loaded);
    if (model) return model;
  }
  return null;
}
