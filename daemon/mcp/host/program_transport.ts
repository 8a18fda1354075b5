/** The way to an MCP server that is a program: one JSON document a line, over its standard input and output. */
import { readLines } from "../../tools/host/host_frame.ts";
import { END_GRACE_MS, MAX_STDERR_LENGTH } from "../limits.ts";
import { type JSONRPCMessage, JSONRPCMessageSchema, type Transport } from "./sdk.ts";
import { ProcessGroup, type ProgramOptions } from "./process_group.ts";

export class ProgramTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #options: ProgramOptions;
  #group: ProcessGroup | null = null;
  #input: WritableStreamDefaultWriter<Uint8Array> | null = null;
  #ended: Promise<void> = Promise.resolve();
  #closed: Promise<void> | null = null;
  #stderr = "";
  #exitCode: number | null = null;

  constructor(options: ProgramOptions) {
    this.#options = options;
  }

  /** The end of what it has written to standard error. */
  get stderr(): string {
    return this.#stderr.trim();
  }

  /** Of a program that has ended by itself. */
  get exitCode(): number | null {
    return this.#exitCode;
  }

  /** @throws {Error} when the program cannot be started */
  start(): Promise<void> {
    return Promise.try(() => {
      this.#group = new ProcessGroup(this.#options);
      const { stdin, stdout, stderr, status } = this.#group.child;
      this.#input = stdin.getWriter();
      this.#input.closed.catch(() => {}); // the reader of its output notices
      this.#ended = Promise.all([this.#read(stdout), this.#readStderr(stderr)]).then(() => this.onclose?.());
      void status.then(({ code, signal }) => {
        this.#exitCode = signal === null ? code : null;
        return this.close(); // what it started must not outlive it
      });
    });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (!this.#input) throw new Error("the server is not running");
    await this.#input.write(new TextEncoder().encode(JSON.stringify(message) + "\n"));
  }

  /** Lets it end by itself when its input does, and then ends what is left of it. */
  close(): Promise<void> {
    return this.#closed ??= this.#close();
  }

  async #close(): Promise<void> {
    const group = this.#group;
    if (!group) return;
    this.#input?.close().catch(() => {}); // it has ended already
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, END_GRACE_MS);
    await Promise.race([group.child.status, late.promise]);
    clearTimeout(timer);
    await group[Symbol.asyncDispose]();
    await this.#ended;
  }

  async #read(stdout: ReadableStream<Uint8Array>): Promise<void> {
    try {
      for await (const line of readLines(stdout)) this.#receive(line);
    } catch (error) {
      this.onerror?.(error instanceof Error ? error : new Error(String(error)));
      void this.close();
    }
  }

  /** Some programs write other things to standard output as well: that is not for us. */
  #receive(line: string): void {
    let message: JSONRPCMessage;
    try {
      message = JSONRPCMessageSchema.parse(JSON.parse(line));
    } catch {
      return;
    }
    this.onmessage?.(message);
  }

  async #readStderr(stderr: ReadableStream<Uint8Array>): Promise<void> {
    for await (const text of stderr.pipeThrough(new TextDecoderStream())) {
      this.#stderr = (this.#stderr + text).slice(-MAX_STDERR_LENGTH);
    }
  }
}
