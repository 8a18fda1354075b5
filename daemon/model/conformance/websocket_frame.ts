/** Frames of RFC 6455, as far as a server needs them that sends by hand: `Deno.upgradeWebSocket` never cuts a message. */
import { type ByteReader, concat } from "./byte_reader.ts";

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** One text message, cut into frames. */
export function textFrames(pieces: Uint8Array[]): Uint8Array[] {
  return pieces.map((piece, i) => frame(i === 0 ? TEXT : 0, i === pieces.length - 1, piece));
}

export function pingFrame(): Uint8Array {
  return frame(PING, true, new Uint8Array());
}

export function closeFrame(): Uint8Array {
  return frame(CLOSE, true, new Uint8Array());
}

function frame(opcode: number, isLast: boolean, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const size = length < 126 ? [length] : [126, length >> 8, length & 0xff];
  return concat([new Uint8Array([(isLast ? 0x80 : 0) | opcode, ...size]), payload]);
}

/** The next text message of a client; `null` when it closes. */
export async function readMessage(reader: ByteReader): Promise<string | null> {
  const pieces: Uint8Array[] = [];
  while (true) {
    const head = await reader.read(2);
    if (!head) return null;
    const opcode = head[0]! & 0x0f;
    const length = await readLength(reader, head[1]! & 0x7f);
    const mask = await reader.read(4);
    const payload = mask && length !== null ? await reader.read(length) : null;
    if (!mask || !payload || opcode === CLOSE) return null;
    if (opcode > 2) continue; // ping and pong
    pieces.push(payload.map((byte, i) => byte ^ mask[i % 4]!));
    if (head[0]! & 0x80) return new TextDecoder().decode(concat(pieces));
  }
}

async function readLength(reader: ByteReader, short: number): Promise<number | null> {
  if (short < 126) return short;
  const bytes = await reader.read(short === 126 ? 2 : 8);
  return bytes && bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** The head of the answer that turns a connection into a socket. */
export async function upgradeHead(key: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(key + GUID));
  const accept = new Uint8Array(hash).toBase64();
  return "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n" +
    `sec-websocket-accept: ${accept}\r\n\r\n`;
}
