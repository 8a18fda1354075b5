import { assertEquals } from "@std/assert";
import { type ErrorCode, ErrorResponse, errorStatus, OptaError } from "./error.ts";

Deno.test("OptaError becomes the error object of the wire, and back [H2]", () => {
  for (const code of Object.keys(errorStatus) as ErrorCode[]) {
    const error = new OptaError(code, "Why, and what to do.", { requestId: "r1" });
    const parsed = ErrorResponse.parse(JSON.parse(JSON.stringify({ error: error.toBody() })));
    assertEquals(parsed.error, error.toBody());
    assertEquals(error.status, errorStatus[code]);
  }
  assertEquals("details" in new OptaError("internal", "Bug").toBody(), false);
});

Deno.test("OptaError is retryable when the same request may succeed later", () => {
  const retryable = (Object.keys(errorStatus) as ErrorCode[]).filter((code) =>
    new OptaError(code, "").toBody().retryable
  );
  assertEquals(retryable, [
    "too_many_attempts",
    "queue_full",
    "too_many_connections",
    "no_model_server",
    "lmx_unreachable",
    "lmx_timeout",
    "storage_unavailable",
    "shutting_down",
  ]);
});
