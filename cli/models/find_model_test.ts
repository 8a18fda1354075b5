import { assertEquals } from "@std/assert";
import { findModel } from "./find_model.ts";

const ids = ["mlx-community/Qwen3-8B-4bit", "mlx-community/Llama-3-8B", "other/Llama-3-8B", "preset"];

Deno.test("findModel() takes the whole name, or the part after the owner, whatever its case", () => {
  assertEquals(findModel("other/Llama-3-8B", ids), { kind: "found", id: "other/Llama-3-8B" });
  assertEquals(findModel("qwen3-8b-4bit", ids), { kind: "found", id: "mlx-community/Qwen3-8B-4bit" });
  assertEquals(findModel("Llama-3-8B", ids), {
    kind: "ambiguous",
    ids: ["mlx-community/Llama-3-8B", "other/Llama-3-8B"],
  });
});

Deno.test("findModel() names what is close, by its whole name", () => {
  assertEquals(findModel("Qwen3-8B-4bt", ids), { kind: "unknown", meant: "mlx-community/Qwen3-8B-4bit" });
  assertEquals(findModel("presett", ids), { kind: "unknown", meant: "preset" });
  assertEquals(findModel("something else entirely", ids), { kind: "unknown", meant: null });
  assertEquals(findModel("x", []), { kind: "unknown", meant: null });
});
