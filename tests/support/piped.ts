/** A command whose output is read while it runs: what it has printed so far, and a wait for more. */
import { outcomeOf } from "./opta.ts";

/** Far more than anything here takes, also on a busy machine; a test that reaches it has failed. */
const TIMEOUT_MS = 20_000;

export class Piped implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reader: ReadableStreamDefaultReader<string>;
  readonly #rest: Promise<{ code: number; stderr: string }>;
  #text = "";

  constructor(child: Deno.ChildProcess) {
    this.#child = child;
    const [first, second] = child.stdout.tee();
    this.#reader = first.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
    this.#rest = outcomeOf({ status: child.status, stdout: second, stderr: child.stderr });
  }

  /** What it has printed on standard output. */
  get text(): string {
    return this.#text;
  }

  /** Resolves with it as soon as this stands in it. */
  async until(wanted: string | RegExp): Promise<string> {
    const isThere = () => typeof wanted === "string" ? this.#text.includes(wanted) : wanted.test(this.#text);
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), TIMEOUT_MS);
    try {
      while (!isThere()) {
        const { value, done } = await this.#reader.read();
        if (done) throw new Error(`Waited in vain for ${wanted}. It printed:\n${this.#text}\n(end)`);
        this.#text += value;
      }
      return this.#text;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Gives it this on standard input, and ends that. */
  async say(text: string): Promise<void> {
    await new Blob([text]).stream().pipeTo(this.#child.stdin);
  }

  interrupt(): void {
    this.#child.kill("SIGINT");
  }

  /** How it ended, and what it has said on standard error. */
  async ended(): Promise<{ code: number; stderr: string }> {
    for (let read = await this.#reader.read(); !read.done; read = await this.#reader.read()) this.#text += read.value;
    const { code, stderr } = await this.#rest;
    return { code, stderr };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // it has ended
    }
    await this.#reader.cancel();
    await this.#rest;
  }
}
