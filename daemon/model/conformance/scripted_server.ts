/**
 * A model server that does as a trial says, byte for byte: HTTP and WebSocket written by hand on a TCP listener, since a
 * server of the platform would neither cut what it sends nor misbehave.
 */
import { ByteReader } from "./byte_reader.ts";
import type { Step } from "./case.ts";
import type { Delivery } from "./deliveries.ts";
import { HttpVoice, idOf, type Out, SocketVoice, type Voice, write } from "./voice.ts";
import { closeFrame, readMessage, upgradeHead } from "./websocket_frame.ts";

/** How a request ended, as the server saw it. */
export type EndOfRequest = "finished" | "cut" | "closed" | "cancelled";

/** Who waits longer than this for a client has found a fault. */
const WAIT_LIMIT_MS = 20_000;

export class ScriptedServer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #answers: Step[][];
  readonly #delivery: Delivery;
  readonly #connections: Deno.TcpConn[] = [];
  readonly #tasks: Promise<void>[] = [];
  /** How each request ended, in their order; `null` for one that goes on. */
  readonly ends: (EndOfRequest | null)[] = [];
  #change = Promise.withResolvers<void>();

  constructor(answers: Step[][], delivery: Delivery) {
    this.#answers = [...answers];
    this.#delivery = delivery;
    this.#tasks.push(this.#accept());
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /** Connections that were ever made. */
  get connectionCount(): number {
    return this.#connections.length;
  }

  /** Waits until something holds; fails after a time. */
  async waitUntil(holds: () => boolean): Promise<void> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new Error(`waited in vain: the requests ended as ${JSON.stringify(this.ends)}`)),
      WAIT_LIMIT_MS,
    );
    try {
      while (!holds()) await Promise.race([this.#change.promise, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) close(connection);
    await Promise.all(this.#tasks);
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#listener) {
      connection.setNoDelay(true);
      this.#connections.push(connection);
      this.#tasks.push(this.#serve(connection).finally(() => close(connection)));
    }
  }

  /** Reads requests until the client closes; meanwhile they are answered. */
  async #serve(connection: Deno.TcpConn): Promise<void> {
    const reader = new ByteReader(connection);
    const gone = new AbortController();
    const out: Out = { connection, gone: gone.signal };
    try {
      for (let head = await reader.readHead(); head !== null; head = await reader.readHead()) {
        const key = /^sec-websocket-key: *(\S+)/im.exec(head)?.[1];
        if (key && !this.#refusesUpgrade) {
          await write(out, [new TextEncoder().encode(await upgradeHead(key))]);
          return await this.#serveSocket(reader, out);
        }
        await reader.read(Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0));
        this.#tasks.push(this.#answer(out, gone.signal, new HttpVoice(out, this.#delivery)));
      }
    } finally {
      gone.abort("closed");
    }
  }

  async #serveSocket(reader: ByteReader, out: Out): Promise<void> {
    const running = new Map<string, AbortController>();
    for (let text = await readMessage(reader); text !== null; text = await readMessage(reader)) {
      const { type, request_id }: Record<string, unknown> = JSON.parse(text);
      if (type === "chat.cancel") {
        running.get(String(request_id))?.abort("cancelled");
        continue;
      }
      const number = this.ends.length;
      const over = new AbortController();
      running.set(idOf(number), over);
      this.#tasks.push(this.#answer(out, over.signal, new SocketVoice(out, this.#delivery, number)));
    }
    for (const over of running.values()) over.abort("closed");
    await write(out, [closeFrame()]);
  }

  get #refusesUpgrade(): boolean {
    const first = this.#answers[0]?.[0]?.kind;
    return first === "head" || first === "hold-upgrade";
  }

  /** Does what is told for the next request. `over` aborts with the way in which the client let go. */
  async #answer(out: Out, over: AbortSignal, voice: Voice): Promise<void> {
    const steps = this.#answers.shift();
    const request = this.ends.push(null) - 1;
    this.#changed();
    const end = steps ? await play(steps, voice, over) : "cut";
    if (end === "cut") close(out.connection);
    this.ends[request] = end;
    this.#changed();
  }

  #changed(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }
}

async function play(steps: Step[], voice: Voice, over: AbortSignal): Promise<EndOfRequest> {
  for (const [i, step] of steps.entries()) {
    if (over.aborted) return over.reason;
    switch (step.kind) {
      case "head":
        await voice.head(step.status, step.headers);
        break;
      case "send":
        await voice.send(step.texts, steps[i + 1]?.kind === "end");
        break;
      case "wait":
        await pause(step.ms, over);
        break;
      case "keep-warm":
        while (!over.aborted) {
          await voice.keepWarm(step.text);
          await pause(step.everyMs, over);
        }
        break;
      case "hold":
      case "hold-upgrade":
        await pause(null, over);
        break;
      case "end":
        return "finished";
      case "cut":
        return "cut";
      default:
        step satisfies never;
    }
  }
  return over.reason;
}

/** Waits for a time, or without one until `over` aborts. */
async function pause(ms: number | null, over: AbortSignal): Promise<void> {
  if (over.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  over.addEventListener("abort", () => resolve(), { once: true });
  const timer = ms === null ? undefined : setTimeout(resolve, ms);
  await promise;
  clearTimeout(timer);
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // closed already, from one of three sides
  }
}
