/** The routes that manage the models of an LMX, with the real daemon and a fake LMX. */
import { assertEquals } from "@std/assert";
import { askDaemon, GIB, LLAMA, optaAt, QWEN, startLmx } from "./support/lmx_machine.ts";

Deno.test("the /v3/lmx routes answer in the shapes that earlier clients read", async () => {
  await using fake = await startLmx();
  await using opta = await optaAt(fake);
  await opta.run(["daemon", "start"]);
  assertEquals(await askDaemon(opta, "GET", "/v3/lmx/status"), {
    status: 200,
    body: {
      status: "ok",
      version: "0.9.0",
      uptime_seconds: 3_661.5,
      models: [{ model_id: QWEN, status: "loaded" }],
      memory: { used_bytes: 5 * GIB, total_bytes: 64 * GIB, threshold: 90 },
    },
  });
  assertEquals((await askDaemon(opta, "GET", "/v3/lmx/models")).body, {
    models: [{
      model_id: QWEN,
      status: "loaded",
      memory_bytes: 5 * GIB,
      context_length: 32_768,
      loaded_at: "2023-11-14T22:13:20.000Z",
      request_count: 7,
    }],
  });
  const available = (await askDaemon(opta, "GET", "/v3/lmx/models/available")).body;
  assertEquals(available[1], {
    model_id: LLAMA,
    repo_id: LLAMA,
    local_path: `/models/${LLAMA}`,
    size_bytes: 4 * GIB,
    downloaded_at: 1_700_000_000.5,
  });
  assertEquals((await askDaemon(opta, "GET", "/v3/lmx/memory")).body, {
    total_unified_memory_gb: 64,
    used_gb: 5,
    available_gb: 59,
    threshold_percent: 90,
    models: { [QWEN]: { memory_gb: 5, loaded: true } },
  });
  assertEquals((await askDaemon(opta, "POST", "/v3/lmx/models/load", { modelId: LLAMA })).body, {
    model_id: LLAMA,
    status: "loaded",
    memory_bytes: 4 * GIB,
    load_time_seconds: 1.5,
  });
  assertEquals((await askDaemon(opta, "POST", "/v3/lmx/models/unload", { modelId: LLAMA })).body, {
    model_id: LLAMA,
    status: "unloaded",
    freed_bytes: 4 * GIB,
  });
  assertEquals(await askDaemon(opta, "DELETE", `/v3/lmx/models/${encodeURIComponent(LLAMA)}`), {
    status: 200,
    body: { modelId: LLAMA, freedBytes: 4 * GIB },
  });
});

Deno.test("POST /v3/lmx/models/load says when a model needs a download first", async () => {
  await using fake = await startLmx();
  await using opta = await optaAt(fake);
  await opta.run(["daemon", "start"]);
  assertEquals((await askDaemon(opta, "POST", "/v3/lmx/models/load", { modelId: "a/new" })).body, {
    model_id: "a/new",
    status: "download_required",
    confirmation_token: "dl-token",
    message: "Model not found locally. Confirm download?",
    confirm_url: "/admin/models/load/confirm",
  });
});

Deno.test("a download is followed by its id, in both ways of writing keys", async () => {
  await using fake = await startLmx();
  await using opta = await optaAt(fake);
  await opta.run(["daemon", "start"]);
  const begun = (await askDaemon(opta, "POST", "/v3/lmx/models/download", { repoId: "a/new" })).body;
  assertEquals(begun, {
    download_id: "dl-1",
    repo_id: "a/new",
    estimated_size_bytes: 4 * GIB,
    status: "downloading",
  });
  const { body } = await askDaemon(opta, "GET", "/v3/lmx/models/download/dl-1/progress");
  assertEquals([body.status, body.downloaded_bytes, body.downloadedBytes], ["downloading", GIB, GIB]);
  assertEquals([body.progress_percent, body.progressPercent, body.filesTotal], [25, 25, 2]);
});

Deno.test("the /v3/lmx routes say what a client did wrong", async () => {
  await using fake = await startLmx();
  await using opta = await optaAt(fake);
  await opta.run(["daemon", "start"]);
  const codeOf = async (...args: [method: string, path: string, body?: unknown]) => {
    const { status, body } = await askDaemon(opta, ...args);
    return `${status} ${body.error.code}`;
  };
  assertEquals(await codeOf("POST", "/v3/lmx/models/load", {}), "400 invalid_request");
  assertEquals(await codeOf("POST", "/v3/lmx/models/download", { repoId: " " }), "400 invalid_request");
  assertEquals(await codeOf("GET", "/v3/lmx/models/download/dl-9/progress"), "404 not_found");
  assertEquals(await codeOf("DELETE", `/v3/lmx/models/a%2F..%2Fb`), "404 not_found");
  assertEquals(await codeOf("DELETE", `/v3/lmx/models/${encodeURIComponent(QWEN)}`), "409 lmx_refused");
});
