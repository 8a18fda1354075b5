import { OptaError } from "@opta/protocol";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { readBody } from "./read_body.ts";

function request(body: BodyInit, type = "application/json"): Request {
  return new Request("http://127.0.0.1/", { method: "POST", body, headers: { "content-type": type } });
}

async function refusal(request: Request, maxBytes = 100, timeoutMs = 1_000): Promise<OptaError> {
  return await assertRejects(() => readBody(request, { maxBytes, timeoutMs }), OptaError);
}

Deno.test("readBody() joins chunks, also in the middle of a character", async () => {
  const bytes = new TextEncoder().encode('{"a":"é😀"}');
  for (let cut = 0; cut <= bytes.length; cut++) {
    const body = ReadableStream.from([bytes.slice(0, cut), bytes.slice(cut)]);
    assertEquals(await readBody(request(body), { maxBytes: 100 }), { a: "é😀" });
  }
});

Deno.test("readBody() takes a body of just the limit and refuses one byte more, unannounced", async () => {
  const body = (size: number) => ReadableStream.from([new TextEncoder().encode(`"${"x".repeat(size - 2)}"`)]);
  assertEquals(await readBody(request(body(100)), { maxBytes: 100 }), "x".repeat(98));
  assertEquals((await refusal(request(body(101)))).code, "payload_too_large");
});

Deno.test("readBody() takes JSON alone, by its type", async () => {
  assertEquals(await readBody(request("{}", "application/json; charset=utf-8"), { maxBytes: 100 }), {});
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/json2"]) {
    assertEquals((await refusal(request("{}", type))).code, "invalid_request");
  }
});

Deno.test("readBody() gives up a body that does not come or breaks off", async () => {
  let cancelled = false;
  const silent = new ReadableStream({ cancel: () => void (cancelled = true) });
  assertStringIncludes((await refusal(request(silent), 100, 1)).message, "did not come");
  assertEquals(cancelled, true);
  const broken = new ReadableStream({ pull: (controller) => controller.error(new Error("gone")) });
  assertStringIncludes((await refusal(request(broken))).message, "broke off");
});
