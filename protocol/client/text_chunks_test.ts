import { assertEquals, assertRejects } from "@std/assert";
import { readText, textChunks } from "./text_chunks.ts";

function serve(answer: () => Response): { url: string; stop: () => Promise<void> } {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, answer);
  return { url: `http://127.0.0.1:${server.addr.port}/`, stop: () => server.shutdown() };
}

/** An answer that never ends. */
function ticking(): Response {
  let timer: ReturnType<typeof setInterval>;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      timer = setInterval(() => controller.enqueue(new TextEncoder().encode("tick")), 1);
    },
    cancel: () => clearInterval(timer),
  });
  return new Response(body);
}

Deno.test("readText() joins characters that are split between chunks", async () => {
  const bytes = new TextEncoder().encode("größer 🦊");
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  assertEquals(await readText(new Response(body), new AbortController().signal), "größer 🦊");
  assertEquals(await readText(new Response(null), new AbortController().signal), "");
});

Deno.test("textChunks() frees the connection when its reader leaves early", async () => {
  const { url, stop } = serve(ticking);
  for await (const chunk of textChunks(await fetch(url), new AbortController().signal)) {
    assertEquals(chunk.slice(0, 4), "tick");
    break;
  }
  await stop();
});

Deno.test("textChunks() ends when its signal aborts, at whatever moment of a read", async () => {
  const { url, stop } = serve(ticking);
  const readAndAbort = async () => {
    const abort = new AbortController();
    const text = fetch(url, { signal: abort.signal }).then((response) => readText(response, abort.signal));
    const aborted = assertRejects(() => text);
    setTimeout(() => abort.abort(), Math.random() * 30);
    await aborted;
  };
  await Promise.all(Array.from({ length: 100 }, readAndAbort));
  await stop();
});
