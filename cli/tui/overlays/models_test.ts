import { initialState } from "@opta/protocol";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ApiError } from "@opta/protocol/client";
import type { PaneSize } from "../pane.ts";
import { until } from "../testing/until.ts";
import { OverlayTest, type OverlayTestOptions } from "../testing/overlay_context.ts";
import { modelsOverlay } from "./models.ts";

const lmx = {
  listModels: () => ({ provider: "lmx", server: "127.0.0.1:1234", reachable: true, models: [], reason: "" }),
  lmxModels: () => ({
    models: [{ model_id: "org/small", status: "loaded", memory_bytes: 2 ** 30, context_length: 4096 }],
  }),
  lmxAvailable: () => [{ model_id: "1", repo_id: "org/large", size_bytes: 2 ** 35 }],
  status: () => ({ model: { provider: "lmx", model: "org/small", transport: "ws", reason: "" } }),
  updateSession: () => ({}),
} satisfies OverlayTestOptions["answers"];
const other = {
  ...lmx,
  listModels: () => ({
    ...{ provider: "openai", server: "h:1", reachable: true, reason: "" },
    models: [{ id: "plain\x1b[2J", loaded: null }],
  }),
  lmxModels: () => {
    throw new ApiError(400, { code: "lmx_unsupported", message: "no", retryable: false });
  },
};

/** What is to be read once this is there: reading models takes a look at files as well. */
function shown(test: OverlayTest, text: string, size?: PaneSize): Promise<string> {
  return until(() => test.read(size), (screen) => screen.includes(text));
}

/** What is to be read once `isIt`. */
function once(test: OverlayTest, isIt: (screen: string) => boolean): Promise<string> {
  return until(() => test.read(), isIt);
}

Deno.test("models are listed with what the server says of them, the one in use marked", async () => {
  using test = new OverlayTest(modelsOverlay, { answers: lmx });
  const lines = (await shown(test, "org/small", { columns: 64, rows: 10 })).split("\n");
  assertEquals(lines.slice(1, 4), [
    "› * org/small                    4,096 tokens · 1.0 GiB · loaded",
    "    org/large                              32.0 GiB · not loaded",
    "lmx at 127.0.0.1:1234",
  ]);
});

Deno.test("a model is chosen for the session with Enter, or the choice is given back", async () => {
  using test = new OverlayTest(modelsOverlay, {
    answers: lmx,
    state: { ...initialState("here", "e"), model: "org/small" },
  });
  await shown(test, "org/large");
  test.press({ typed: "large" }, "enter");
  await once(test, () => test.isClosed);
  assert(test.isClosed);
  assertEquals(test.calls.at(-1), 'updateSession {"params":{"sessionId":"here"},"body":{"model":"org/large"}}');
  const before = test.calls.length;
  test.press("tab", { typed: "a" });
  await once(test, () => test.calls.length > before);
  assertEquals(test.calls.at(-1), 'updateSession {"params":{"sessionId":"here"},"body":{"model":null}}');
});

Deno.test("on an LMX models are loaded and unloaded, and then listed anew; waiting can be left", async () => {
  const loaded = Promise.withResolvers<unknown>();
  using test = new OverlayTest(modelsOverlay, {
    answers: {
      ...lmx,
      lmxLoad: () => loaded.promise,
      lmxUnload: () => ({ model_id: "org/small", status: "unloaded" }),
    },
  });
  const listings = () => test.calls.filter((call) => call.startsWith("listModels")).length;
  await shown(test, "org/large");
  test.press("down", "tab", { typed: "l" });
  const waiting = await shown(test, "loading it");
  assertStringIncludes(waiting, "loading it");
  assertStringIncludes(waiting, "Esc stops waiting");
  loaded.resolve({ model_id: "org/large", status: "loaded" });
  await once(test, (screen) => !screen.includes("loading it"));
  assertEquals(listings(), 2);
  test.press("home", "tab", { typed: "uy" });
  await once(test, (screen) => listings() === 3 && !screen.includes("unloading it"));
  assert(test.calls.includes('lmxUnload {"body":{"modelId":"org/small"}}'));
});

Deno.test("another server has nothing to load, and what it says is safe", async () => {
  using test = new OverlayTest(modelsOverlay, { answers: other });
  assertStringIncludes(await shown(test, "plain"), "›   plain\n");
  test.press("tab");
  const menu = await test.read();
  assertEquals([menu.includes("load"), menu.includes("d make it the default")], [false, true]);
});

Deno.test("a server that cannot be reached is said in place, and Enter tries again", async () => {
  let isThere = false;
  const answers = {
    ...lmx,
    listModels: () => ({ ...lmx.listModels(), reachable: isThere, reason: "nothing answers" }),
  };
  using test = new OverlayTest(modelsOverlay, { answers });
  assertStringIncludes(await shown(test, "nothing answers"), "nothing answers");
  isThere = true;
  test.press("enter");
  await shown(test, "org/small");
});
