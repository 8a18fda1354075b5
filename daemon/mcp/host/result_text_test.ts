import { assert, assertEquals } from "@std/assert";
import { MAX_RESULT_TEXT_LENGTH } from "../limits.ts";
import { resultText } from "./result_text.ts";

Deno.test("resultText() joins texts and names what is none", () => {
  const { ok, result } = resultText({
    content: [
      { type: "text", text: "One." },
      { type: "image", data: "A".repeat(4096), mimeType: "image/png" },
      { type: "resource_link", uri: "file:///a.txt", name: "a.txt" },
      { type: "resource", resource: { uri: "demo://b", text: "Two." } },
      { type: "resource", resource: { uri: "demo://c", blob: "AAAA", mimeType: "image/gif" } },
    ],
  });
  assert(ok);
  assertEquals(result.split("\n\n"), [
    "One.",
    "[image, image/png, about 3 KiB: not shown]",
    "[resource file:///a.txt, a.txt]",
    "[resource demo://b]\nTwo.",
    "[resource demo://c, image/gif: not shown]",
  ]);
});

Deno.test("resultText() gives structured content where there is no text, and says so where there is nothing", () => {
  assertEquals(resultText({ content: [], structuredContent: { sum: 3 } }).result, '{"sum":3}');
  assertEquals(resultText({}).result, "The tool answered nothing.");
  assertEquals(resultText({ isError: true }), {
    ok: false,
    result: "The tool failed and did not say why.",
    truncated: false,
  });
});

Deno.test("resultText() is bounded, and a cut leaves whole characters", () => {
  const { result, truncated } = resultText({ content: [{ type: "text", text: "x" + "😀".repeat(100_000) }] });
  assert(truncated && result.length < MAX_RESULT_TEXT_LENGTH + 100 && result.isWellFormed());
});
