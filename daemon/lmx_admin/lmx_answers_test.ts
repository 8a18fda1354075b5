import { assertEquals } from "@std/assert";
import * as answers from "./lmx_answers.ts";

Deno.test("toLoadResult() tells a load that is done from one that needs a download", () => {
  const of = (raw: object) => answers.toLoadResult(answers.AdminLoad.parse(raw));
  const done = of({ success: true, model_id: "a", memory_after_load_gb: 1, time_to_load_ms: 500 });
  assertEquals([done.status, done.memory_bytes, done.load_time_seconds], ["loaded", 1024 ** 3, 0.5]);
  assertEquals(of({ success: true, model_id: "a" }).status, "loaded"); // it was loaded before
  const asked = of({ status: "download_required", model_id: "a", download_id: null, confirmation_token: "t" });
  assertEquals([asked.status, asked.confirmation_token, asked.download_id], ["download_required", "t", undefined]);
});

Deno.test("answers of LMX survive what is missing, null or odd", () => {
  const status = answers.toStatus(answers.AdminStatus.parse({ version: "1", models: ["a"], memory: null }));
  assertEquals([status.models, status.memory], [[{ model_id: "a", status: "loaded" }], undefined]);
  const loaded = [{ id: "a", memory_gb: null, loaded_at: 1e300, context_length: -1 }];
  const [model] = answers.toModels(answers.AdminModels.parse({ loaded })).models;
  assertEquals(JSON.parse(JSON.stringify(model)), { model_id: "a", status: "loaded" });
  const progress = answers.toProgress(
    answers.AdminProgress.parse({ download_id: "d", repo_id: "r", status: "pending", total_bytes: null }),
  );
  assertEquals([progress.total_bytes, progress.totalBytes, progress.error], [0, 0, undefined]);
});
