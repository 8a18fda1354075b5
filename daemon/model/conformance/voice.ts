/** How the steps of a trial sound on a connection: as chunks of an HTTP body, or as frames of a WebSocket. */
import { setImmediate } from "node:timers/promises";
import { concat } from "./byte_reader.ts";
import type { Delivery } from "./deliveries.ts";
import { pingFrame, textFrames } from "./websocket_frame.ts";

export interface Voice {
  head(status: number, headers: Record<string, string>): Promise<void>;
  /** @param isLast whether the answer ends with this; together, so that the client can keep the connection */
  send(texts: string[], isLast: boolean): Promise<void>;
  /** @param text in place of what is no data */
  keepWarm(text?: string): Promise<void>;
}

export interface Out {
  connection: Deno.Conn;
  gone: AbortSignal;
}

export class HttpVoice implements Voice {
  readonly #out: Out;
  readonly #delivery: Delivery;

  constructor(out: Out, delivery: Delivery) {
    this.#out = out;
    this.#delivery = delivery;
  }

  async head(status: number, headers: Record<string, string>): Promise<void> {
    const lines = Object.entries({ ...headers, "transfer-encoding": "chunked" }).map(([name, value]) =>
      `${name}: ${value}`
    );
    await write(this.#out, [encode([`HTTP/1.1 ${status} Said so`, ...lines, "", ""].join("\r\n"))]);
  }

  async send(texts: string[], isLast: boolean): Promise<void> {
    const chunks = this.#delivery.cut(encode(texts.join(""))).map(httpChunk);
    if (isLast) chunks.push(concat([chunks.pop()!, encode("0\r\n\r\n")]));
    await write(this.#out, chunks);
  }

  async keepWarm(text = ": warm\n\n"): Promise<void> {
    await write(this.#out, [httpChunk(encode(text))]);
  }
}

export class SocketVoice implements Voice {
  readonly #out: Out;
  readonly #delivery: Delivery;
  readonly #number: number;

  constructor(out: Out, delivery: Delivery, number: number) {
    this.#out = out;
    this.#delivery = delivery;
    this.#number = number;
  }

  head(): Promise<void> {
    throw new Error("a socket has no head once it is open");
  }

  async send(texts: string[]): Promise<void> {
    const frames = texts
      .map((text) => text.replace("{{id}}", idOf(this.#number)).replace("{{previous}}", idOf(this.#number - 1)))
      .flatMap((text) => textFrames(this.#delivery.cut(encode(text))));
    await write(this.#out, this.#delivery.together ? [concat(frames)] : frames);
  }

  async keepWarm(text?: string): Promise<void> {
    if (text === undefined) await write(this.#out, [pingFrame()]);
    else await this.send([text]);
  }
}

export function idOf(request: number): string {
  return `chatcmpl-${request}`;
}

/** Writes pieces one after the other, and lets the client read in between; one that has gone is not written to. */
export async function write({ connection, gone }: Out, pieces: Uint8Array[]): Promise<void> {
  for (const piece of pieces) {
    if (gone.aborted) return;
    for (let rest = piece; rest.length > 0;) {
      const count = await connection.write(rest).catch(() => null);
      if (count === null) return;
      rest = rest.subarray(count);
    }
    await setImmediate();
  }
}

function httpChunk(bytes: Uint8Array): Uint8Array {
  return concat([encode(`${bytes.length.toString(16)}\r\n`), bytes, encode("\r\n")]);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
