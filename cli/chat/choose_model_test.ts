import { assertEquals } from "@std/assert";
import { doubtAbout, formatModels } from "./choose_model.ts";

const listing = {
  provider: "lmx",
  models: [{ id: "qwen3-30b", loaded: true }, { id: "llama\x1b[2J-8b", loaded: false }, { id: "phi", loaded: null }],
  reason: "The first loaded model of the server at mac:1234.",
};

Deno.test("formatModels() numbers the models and marks the one in use", () => {
  assertEquals(formatModels(listing, null, "qwen3-30b").split("\n"), [
    "* 1  qwen3-30b (loaded)",
    "  2  llama-8b (not loaded)",
    "  3  phi",
    "The first loaded model of the server at mac:1234.",
    "/model NUMBER or /model NAME chooses one",
  ]);
});

Deno.test("formatModels() marks the model of the session rather than the daemon's", () => {
  const lines = formatModels(listing, "phi", "qwen3-30b").split("\n");
  assertEquals([lines[0], lines[2]], ["  1  qwen3-30b (loaded)", "* 3  phi"]);
  assertEquals(lines[3], "phi is chosen for this session; /model default leaves it to the daemon");
});

Deno.test("formatModels() says why there is none", () => {
  assertEquals(formatModels({ ...listing, models: [], reason: "No server." }, null, ""), "No server.");
});

Deno.test("doubtAbout() wonders at a name that the server does not list, and only then", () => {
  assertEquals(doubtAbout("phi", listing), null);
  assertEquals(doubtAbout("anything", null), null);
  assertEquals(doubtAbout("anything", { ...listing, models: [] }), null);
  assertEquals(
    doubtAbout("qwen3-3b", listing),
    "The server does not list qwen3-3b: did you mean qwen3-30b? It is asked for all the same",
  );
  assertEquals(
    doubtAbout("preset:fast", listing),
    "The server does not list preset:fast: it may be a preset. It is asked for all the same",
  );
});
