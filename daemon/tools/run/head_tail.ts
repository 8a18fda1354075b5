/** The beginning and the end of a stream of bytes, in bounded memory: what is between them is counted and forgotten. */
export class HeadTail {
  readonly #head: Uint8Array;
  readonly #tail: Uint8Array;
  #headLength = 0;
  /** All bytes that went past the head; the tail is a ring of the last of them. */
  #pastHead = 0;

  constructor(maxHeadBytes: number, maxTailBytes: number) {
    this.#head = new Uint8Array(maxHeadBytes);
    this.#tail = new Uint8Array(maxTailBytes);
  }

  push(bytes: Uint8Array): void {
    const toHead = bytes.subarray(0, this.#head.length - this.#headLength);
    this.#head.set(toHead, this.#headLength);
    this.#headLength += toHead.length;
    const rest = bytes.subarray(toHead.length);
    const kept = rest.subarray(Math.max(0, rest.length - this.#tail.length));
    const at = (this.#pastHead + rest.length - kept.length) % this.#tail.length;
    const untilEnd = kept.subarray(0, this.#tail.length - at);
    this.#tail.set(untilEnd, at);
    this.#tail.set(kept.subarray(untilEnd.length), 0);
    this.#pastHead += rest.length;
  }

  get omittedBytes(): number {
    return Math.max(0, this.#pastHead - this.#tail.length);
  }

  /** Both ends as text; where bytes were left out, or are no UTF-8, it is said. */
  text(): string {
    const decoder = new TextDecoder();
    const head = this.#head.subarray(0, this.#headLength);
    if (this.omittedBytes === 0) {
      return decoder.decode(concat(head, this.#tail.subarray(0, this.#pastHead)));
    }
    const at = this.#pastHead % this.#tail.length;
    const tail = concat(this.#tail.subarray(at), this.#tail.subarray(0, at));
    return `${decoder.decode(head)}\n… ${this.omittedBytes} bytes left out …\n${decoder.decode(tail)}`;
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
