/** Reads a connection by lines and lengths. */
export class ByteReader {
  readonly #connection: Deno.Conn;
  readonly #chunk = new Uint8Array(16 * 1024);
  #bytes: Uint8Array<ArrayBufferLike> = new Uint8Array();

  constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  /** The text up to the first blank line; `null` when the other side has closed. */
  async readHead(): Promise<string | null> {
    while (true) {
      const text = new TextDecoder("latin1").decode(this.#bytes);
      const end = text.indexOf("\r\n\r\n");
      if (end >= 0) {
        this.#bytes = this.#bytes.subarray(end + 4);
        return text.slice(0, end);
      }
      if (!await this.#more()) return null;
    }
  }

  /** That many bytes; `null` when the other side has closed. */
  async read(count: number): Promise<Uint8Array | null> {
    while (this.#bytes.length < count) if (!await this.#more()) return null;
    const bytes = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return bytes;
  }

  async #more(): Promise<boolean> {
    const count = await this.#connection.read(this.#chunk).catch(() => null); // reset: closed, too
    if (count === null) return false;
    this.#bytes = concat([this.#bytes, this.#chunk.subarray(0, count)]);
    return true;
  }
}

export function concat(pieces: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
