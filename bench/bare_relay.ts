/** Starts the bare relay in a process of its own, and is its client. */
import type { FakeModel } from "../tests/support/mod.ts";
import { type Ask, chatRequest, EventReader } from "./direct.ts";

export interface BareRelay extends AsyncDisposable {
  /** Milliseconds from starting the process to its first answer. */
  readonly startMs: number;
  readonly pid: number;
  /** Asks the model server through it. */
  readonly ask: Ask;
}

export async function startBareRelay(model: FakeModel): Promise<BareRelay> {
  const main = new URL("bare_relay_main.ts", import.meta.url).href;
  const began = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--allow-net=127.0.0.1", main, model.url],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const port = await readPort(child.stdout);
  await (await fetch(`http://127.0.0.1:${port}/`)).body?.cancel();
  return {
    startMs: performance.now() - began,
    pid: child.pid,
    async ask(_model, onText) {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
      const reader = new EventReader(onText);
      socket.onopen = () => socket.send(chatRequest);
      socket.onmessage = ({ data }) => reader.read(String(data));
      await new Promise((resolve) => socket.onclose = resolve);
    },
    async [Symbol.asyncDispose]() {
      await child.stdin.close();
      await child.status;
    },
  };
}

/** The first line says where it listens; there is no other. */
async function readPort(stdout: ReadableStream<Uint8Array>): Promise<number> {
  let text = "";
  for await (const chunk of stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes("\n")) break;
  }
  return (JSON.parse(text) as { port: number }).port;
}
