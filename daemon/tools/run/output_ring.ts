/** The latest output of one background process, in numbered pieces and bounded memory. */
import type { BackgroundChunk, BackgroundOutputQuery } from "@opta/protocol";

/** How much is kept of one process, in UTF-16 units. */
export const MAX_KEPT_LENGTH = 256 * 1024;
/** How many pieces are kept: short ones cost more than their text. */
const MAX_KEPT_CHUNKS = 4_096;

export class OutputRing {
  #chunks: BackgroundChunk[] = [];
  #length = 0;
  #lastSeq = 0;

  get lastSeq(): number {
    return this.#lastSeq;
  }

  push(stream: BackgroundChunk["stream"], text: string, ts: string): BackgroundChunk {
    const chunk = { seq: ++this.#lastSeq, ts, stream, text };
    this.#chunks.push(chunk);
    this.#length += text.length;
    while (this.#length > MAX_KEPT_LENGTH || this.#chunks.length > MAX_KEPT_CHUNKS) {
      this.#length -= this.#chunks.shift()?.text.length ?? 0;
    }
    return chunk;
  }

  page(
    { afterSeq, limit, stream }: BackgroundOutputQuery,
  ): { chunks: BackgroundChunk[]; nextSeq: number; hasMore: boolean } {
    const later = this.#chunks.filter((chunk) =>
      chunk.seq > afterSeq && (stream === "both" || chunk.stream === stream)
    );
    const chunks = later.slice(0, limit);
    return { chunks, nextSeq: chunks.at(-1)?.seq ?? afterSeq, hasMore: later.length > limit };
  }
}
