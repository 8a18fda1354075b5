/**
 * Output of a background process on its way to the daemon: joined over a short time, and of what comes in that time at
 * most so much. A process that floods costs the daemon no more than one that talks.
 */

/** How long output waits for more. */
export const BATCH_MS = 200;
/** Most bytes of one batch; the rest of what comes in its time is left out, and its length told. */
export const MAX_BATCH_BYTES = 64 * 1024;
/** Most pieces of one batch. A process that writes by turns to both streams makes more: they are joined out of turn. */
export const MAX_PIECES = 8;

export type Stream = "stdout" | "stderr";

export class OutputBatches {
  readonly #tell: (stream: Stream, text: string) => void;
  readonly #decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  #pieces: { stream: Stream; text: string }[] = [];
  #bytes = 0;
  #omittedBytes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (stream: Stream, text: string) => void) {
    this.#tell = tell;
  }

  push(stream: Stream, bytes: Uint8Array): void {
    this.#timer ??= setTimeout(() => this.flush(), BATCH_MS);
    if (this.#omittedBytes > 0) {
      this.#omittedBytes += bytes.length;
      return;
    }
    const kept = bytes.subarray(0, MAX_BATCH_BYTES - this.#bytes);
    const text = this.#decoders[stream].decode(kept, { stream: true });
    this.#bytes += kept.length;
    this.#omittedBytes = bytes.length - kept.length;
    const isFull = this.#pieces.length >= MAX_PIECES;
    const last = isFull ? this.#pieces.findLast((piece) => piece.stream === stream) : this.#pieces.at(-1);
    if (last?.stream === stream) last.text += text;
    else this.#pieces.push({ stream, text });
  }

  /** Tells what there is, at once. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { stream, text } of this.#pieces) if (text !== "") this.#tell(stream, text);
    if (this.#omittedBytes > 0) {
      this.#tell(this.#pieces.at(-1)?.stream ?? "stdout", `\n… ${this.#omittedBytes} bytes left out …\n`);
      this.#decoders.stdout = new TextDecoder(); // the bytes that would have ended a character are gone
      this.#decoders.stderr = new TextDecoder();
    }
    this.#pieces = [];
    this.#bytes = this.#omittedBytes = 0;
  }
}
