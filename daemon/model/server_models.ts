/** The models that a server lists, and which of them to take when nobody has named one. */
import { z } from "zod";
import { parseJson } from "./completion_chunk.ts";

export interface ServerModel {
  id: string;
  /** `null` when the server does not say. */
  loaded: boolean | null;
}

const ModelList = z.object({ data: z.array(z.unknown()) });
const ModelItem = z.object({ id: z.string().min(1), state: z.string().optional().catch(undefined) });

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
    return [{ id, loaded: state === undefined ? null : state === "loaded" }];
  });
}

/** The first model that is loaded, or else may be, or else can be. */
export function pickModel(models: readonly ServerModel[]): ServerModel | null {
  for (const loaded of [true, null, false]) {
    const model = models.find((model) => model.loaded === loaded);
    if (model) return model;
  }
  return null;
}
