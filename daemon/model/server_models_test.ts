import { assertEquals } from "@std/assert";
import { parseModelList, pickModel } from "./server_models.ts";

const list = (...data: unknown[]) => JSON.stringify({ object: "list", data });

Deno.test("parseModelList() reads the models of LMX and of servers that say no state", () => {
  assertEquals(
    parseModelList(list({ id: "a", state: "loaded" }, { id: "b", state: "available" }, { id: "c", object: "model" })),
    [{ id: "a", loaded: true }, { id: "b", loaded: false }, { id: "c", loaded: null }],
  );
});

Deno.test("parseModelList() leaves out what cannot chat", () => {
  const names = [
    "text-embedding-nomic-embed-text-v1.5",
    "nomic-embed-text:latest",
    "mxbai-embed-large",
    "all-minilm",
    "BAAI/bge-m3",
    "multilingual-e5-large",
    "gte-large",
    "bge-reranker-v2-m3",
  ];
  assertEquals(parseModelList(list(...names.map((id) => ({ id })), { id: "qwen3-8b" }))?.map(({ id }) => id), [
    "qwen3-8b",
  ]);
});

Deno.test("parseModelList() passes over items of another shape", () => {
  assertEquals(parseModelList(list(null, "x", { id: "" }, { name: "y" }, { id: "z", state: 7 })), [
    { id: "z", loaded: null },
  ]);
});

Deno.test("parseModelList() knows what is no list", () => {
  for (const body of ["", "<html>", "{", "[]", "null", '{"data":{}}', '{"models":[]}']) {
    assertEquals(parseModelList(body), null, body);
  }
});

Deno.test("pickModel() prefers what is loaded, then what may be", () => {
  const [loaded, unknown, available] = [true, null, false].map((loaded) => ({ id: String(loaded), loaded }));
  assertEquals(pickModel([available!, unknown!, loaded!]), loaded);
  assertEquals(pickModel([available!, unknown!]), unknown);
  assertEquals(pickModel([available!]), available);
  assertEquals(pickModel([]), null);
});

Deno.test("parseModelList() reads the window of a model, what it runs with before what it was made for", () => {
  const windows = (item: Record<string, unknown>) =>
    parseModelList(JSON.stringify({ data: [{ id: "a", ...item }] }))?.[0]?.contextLength;
  assertEquals(windows({}), undefined);
  assertEquals(windows({ max_context_length: 131_072, loaded_context_length: 4_096 }), 4_096);
  assertEquals(windows({ context_length: 8_192 }), 8_192);
  assertEquals(windows({ max_model_len: 16_384 }), 16_384);
  assertEquals(windows({ meta: { n_ctx_train: 32_768 } }), 32_768);
  assertEquals(windows({ meta: { n_ctx: 2_048, n_ctx_train: 32_768 } }), 2_048);
  for (const wrong of ["8192", -1, 0, null, 1.5]) {
    assertEquals(windows({ context_length: wrong, meta: wrong }), undefined);
  }
});
